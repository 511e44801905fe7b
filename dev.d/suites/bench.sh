# The side-by-side benchmark in its short form: every client that can be built does every workload once. What it measures is
# of no interest here. Clients in Rust cost minutes to build, and run with --full. Sourced by the test command.

suite_bench() {
  local only='^(?!.*rust )'
  [ "${S3KMS_FULL:-}" != 1 ] || only=.
  need_rust || { unavailable bench "the benchmark's short form" "$WHY_NOT"; return; }
  counted bench summary "benchmark, short form" @log -- "$ROOT/dev" bench quick --only "$only"
}
