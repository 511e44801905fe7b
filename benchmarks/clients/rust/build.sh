#!/bin/bash
# Builds the Rust clients, optimised as the packages are. Status 77: no toolchain.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
. "$ROOT/dev.d/lib.sh"
. "$ROOT/dev.d/toolchains.sh"
need_rust || { fail "$WHY_NOT"; exit 77; }
cargo build -q --release --manifest-path "$HERE/Cargo.toml" "${CARGO_FLAGS[@]}"
