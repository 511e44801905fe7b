# The packed artifacts, used as a stranger uses them: the demo's programs, each step a test. Sourced by the test command.
. "$ROOT/dev.d/demo.sh"

suite_consumers() {
  local language status=0
  { need_rust && need_c; } || { unavailable consumers "the packages" "$WHY_NOT"; return; }
  demo_languages
  for language in $DEMO_MISSING; do unavailable consumers "$language" "its toolchain is missing: see above"; done
  package_all || { record consumers 0 1 0 "./dev package"; return; }
  build_natives || { record consumers 0 1 0 "build"; return; }
  counted consumers tap "packed artifacts on the strict server" @log -- demo_run --tap
}
