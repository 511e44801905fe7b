# The C library from outside: examples and tests as C11 and C++17. Sourced by the test command.

suite_c() {
  { need_rust && need_c; } || { unavailable c "tests of libs3kms" "$WHY_NOT"; return; }
  build_natives || { record c 0 1 0 "build"; return; }
  counted c tap "bindings-c/tests/run.sh" @log -- bash "$ROOT/bindings-c/tests/run.sh"
}
