# Unit, property, conformance and strict-server tests of all crates. Sourced by the test command.

suite_rust() {
  need_rust || { unavailable rust "cargo test" "$WHY_NOT"; return; }
  counted rust cargo "cargo test" @log -- \
    cargo test --manifest-path "$ROOT/Cargo.toml" --workspace --no-fail-fast "${CARGO_FLAGS[@]}"
  counted rust cargo "synchronisation, every interleaving" @log -- \
    cargo test --manifest-path "$ROOT/rust-core/model/Cargo.toml" --release "${CARGO_FLAGS[@]}"
}
