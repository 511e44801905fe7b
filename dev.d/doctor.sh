# ./dev doctor: what is there, and how to get what is not. Installs nothing. Sourced by ./dev.
. "$ROOT/dev.d/toolchains.sh"

doctor_line() { # doctor_line NAME NEED VERSION-COMMAND...
  local name=$1 need=$2 found
  shift 2
  if $need; then
    found=$("$@" 2>&1 | head -n 1) || true
    printf '  %-8s %s\n' "$name" "$found"
  else
    printf '  %-8s MISSING: %s\n' "$name" "$WHY_NOT"
    DOCTOR_MISSING=1
  fi
}
# need_ceph: only looks; tests/servers/ceph-rgw.sh installs.
need_ceph() {
  if have radosgw && have ceph-mon && have ceph-osd; then return 0; fi
  WHY_NOT="./dev test installs it where it runs as root on Debian (apt-get install radosgw ceph-mon ceph-osd ceph-common)"
  return 1
}
version_java25() { "$JAVA25/bin/java" -version; }

cmd_doctor() {
  export S3KMS_NO_INSTALL=1
  DOCTOR_MISSING=0
  say "toolchains"
  doctor_line Rust need_rust rustc --version
  doctor_line C need_c gcc --version
  doctor_line Python need_python python3 --version
  doctor_line Java need_java java -version
  doctor_line Maven need_java mvn -q --version
  doctor_line 'JDK 25' need_java25 version_java25
  doctor_line .NET need_dotnet dotnet --version
  doctor_line Ceph need_ceph radosgw --version
  say "folders"
  note "build output  $CARGO_TARGET_DIR"
  note "logs          $S3KMS_CACHE/logs"
  return $DOCTOR_MISSING
}
