# The side-by-side benchmark in its short form: every client that can be built does every workload once. What it measures is
# of no interest here. Clients in Rust cost minutes to build, and run with --full. Sourced by the test command.

suite_bench() {
  need_rust || { unavailable bench "the benchmark's short form" "$WHY_NOT"; return; }
  quiet "build the null server" cargo build --release --manifest-path "$ROOT/Cargo.toml" -p s3kms-benchmark-server \
    "${CARGO_FLAGS[@]}" || { record bench 0 1 0 "build"; return; }
  local only='^(?!.*rust )'
  [ "${S3KMS_FULL:-}" != 1 ] || only=.
  counted bench summary "benchmark, short form" @log -- \
    python3 -B "$ROOT/benchmarks/run.py" --quick --only "$only"
}
