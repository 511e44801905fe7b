# Format, clippy, licences, scripts: each is one counted check. Sourced by the test command.
. "$ROOT/dev.d/lint.sh"

lint_counted() { check lint "$1" "$2"; }
suite_lint() {
  need_rust || { unavailable lint "format and clippy" "$WHY_NOT"; return; }
  each_lint lint_counted
}
