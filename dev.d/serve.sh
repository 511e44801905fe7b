# ./dev serve [--port N] [--tls-self] …: the strict server in the foreground; Ctrl-C stops it. Sourced by ./dev.
. "$ROOT/dev.d/toolchains.sh"

cmd_serve() {
  need_rust || { fail "$WHY_NOT"; return 1; }
  quiet "build the strict test server" cargo build --manifest-path "$ROOT/Cargo.toml" -p s3kms-test-server || return 1
  say "settings of the server (throw-away credentials; loopback only; Ctrl-C stops it)"
  exec "$CARGO_TARGET_DIR/debug/s3kms-test-server" "$@"
}
