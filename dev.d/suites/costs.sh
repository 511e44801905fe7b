# Instructions and system calls of a call against their baseline. Sourced by the test command.

suite_costs() {
  { need_rust && need_commands valgrind=valgrind strace=strace; } || { unavailable costs "counts of a call" "$WHY_NOT"; return; }
  quiet "build what is counted" cargo build --manifest-path "$ROOT/Cargo.toml" -p s3kms --example calls "${CARGO_FLAGS[@]}" || {
    record costs 0 1 0 "build"
    return
  }
  counted costs tap "instructions and system calls" @log -- \
    python3 "$ROOT/dev.d/costs.py" "$CARGO_TARGET_DIR/debug/examples/calls" "$ROOT/rust-core/tests/costs.toml"
}
