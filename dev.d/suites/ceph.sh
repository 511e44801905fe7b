# A real S3 server that no one here wrote: boto3, then every language against Ceph RGW. Sourced by the test command.
# tests/servers/README.md says what the suites read.
. "$ROOT/dev.d/suites/java.sh"
. "$ROOT/dev.d/suites/dotnet.sh"
. "$ROOT/tests/servers/ceph-env.sh"

suite_ceph() {
  local status=0
  # Installing is separate, so that its output goes to a log and start_ceph can export into this shell.
  quiet "Ceph RGW from Debian's packages" bash "$ROOT/tests/servers/ceph-rgw.sh" install || status=$?
  if [ $status -ne 0 ]; then
    unavailable ceph "Ceph RGW" "It needs Debian's packages radosgw, ceph-mon, ceph-osd and ceph-common (see the log above)"
    return
  fi
  say "start Ceph RGW on loopback"
  start_ceph 2>"$LOGS/ceph-start.log" || {
    sed 's/^/    | /' "$LOGS/ceph-start.log" >&2
    record ceph 0 1 0 "the server did not start"
    return
  }
  at_exit stop_ceph
  if need_boto3; then
    counted ceph tap "boto3 and the expected differences" @log -- "$BOTO3_PYTHON" "$ROOT/tests/servers/ceph_checks.py"
  else
    unavailable ceph "boto3 and the expected differences" "$WHY_NOT"
  fi
  need_rust || { unavailable ceph "every language" "$WHY_NOT"; return; }
  build_natives || { record ceph 0 1 0 "build"; return; }
  counted ceph cargo "Rust" @log -- cargo test "${CARGO_FLAGS[@]}" --manifest-path "$ROOT/Cargo.toml" --workspace \
    --test real_server -- --include-ignored
  if need_c; then
    counted ceph tap "C" @log -- bash "$ROOT/bindings-c/tests/real-server.sh"
  else unavailable ceph "C" "$WHY_NOT"; fi
  if need_java; then
    counted ceph junit "Java" "$ROOT/bindings-java/target/surefire-reports" -- java_fresh test -Dgroups=real-server
  else unavailable ceph "Java" "$WHY_NOT"; fi
  if need_dotnet; then
    counted ceph trx ".NET" "$LOGS/ceph-dotnet" -- dotnet_test "$LOGS/ceph-dotnet" 'Category=RealServer'
  else unavailable ceph ".NET" "$WHY_NOT"; fi
}
