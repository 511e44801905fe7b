# ./dev bench [quick | core … | arguments of benchmarks/run.py]: the measurements of benchmarks/. Sourced by ./dev.
. "$ROOT/dev.d/toolchains.sh"

cmd_bench() {
  { need_rust && need_python; } || { fail "$WHY_NOT"; return 1; }
  if [ "${1:-}" = core ]; then
    shift
    (cd "$ROOT" && cargo bench -q -p s3kms-benchmarks --bench presign -- "$@")
    return
  fi
  quiet "build the null server" cargo build --release --manifest-path "$ROOT/Cargo.toml" -p s3kms-benchmark-server \
    "${CARGO_FLAGS[@]}" || return 1
  # The clients are started as java and dotnet: those that are found here. Where one is missing its build.sh says so to run.py,
  # which leaves its clients out loudly, and fails where CI=true.
  if ! need_java; then loud "$WHY_NOT"; fi
  if ! need_dotnet; then loud "$WHY_NOT"; fi
  case ${1:-} in
    '') set -- --write ;;
    quick) shift; set -- --quick "$@" ;;
  esac
  python3 -B "$ROOT/benchmarks/run.py" "$@"
}
