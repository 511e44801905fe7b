# Unit, property, conformance and strict-server tests of all crates. Sourced by the test command.

suite_rust() {
  need_rust || { unavailable rust "cargo test" "$WHY_NOT"; return; }
  counted rust cargo "cargo test" @log -- \
    cargo test --manifest-path "$ROOT/Cargo.toml" --workspace --no-fail-fast "${CARGO_FLAGS[@]}"
}
