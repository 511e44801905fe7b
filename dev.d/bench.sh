# ./dev bench [arguments of benchmarks/run.sh]: the measurements of benchmarks/. Sourced by ./dev.
. "$ROOT/dev.d/toolchains.sh"

cmd_bench() {
  need_rust || { fail "$WHY_NOT"; return 1; }
  if [ ! -f "$ROOT/benchmarks/run.sh" ]; then
    fail "benchmarks/run.sh is not there; benchmarks/README.md says what is measured"
    return 1
  fi
  bash "$ROOT/benchmarks/run.sh" "$@"
}
