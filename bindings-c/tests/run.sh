#!/usr/bin/env bash
# The C tests, one TAP line each: builds and runs them against a staged archive. S3KMS_FULL=1 adds the memory checkers.
# Needs S3KMS_LIB_DIR (libs3kms.so, libs3kms.a), S3KMS_TEST_SERVER, S3KMS_RECORDING_SERVER (binaries) and S3KMS_CONFORMANCE
# (folder of cases). `./dev test c` sets them.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/stage.sh"

work=$(mktemp -d)
pids=()
running='' # the test program, where one runs
finish() {
  local pid
  for pid in $running "${pids[@]}"; do kill "$pid" 2>/dev/null; done
  wait 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

passed=0 failed=0 count=0
report() { # report STATUS NAME
  count=$((count + 1))
  if [ "$1" = 0 ]; then passed=$((passed + 1)); echo "ok $count - $2"; else failed=$((failed + 1)); echo "not ok $count - $2"; fi
}

# step NAME COMMAND...: one test; its output is shown where it fails.
step() {
  local name=$1 status=0
  shift
  "$@" >"$work/step.log" 2>&1 || status=$?
  report "$status" "$name"
  [ "$status" = 0 ] || sed 's/^/# /' "$work/step.log" | tail -40
}

# program NAME COMMAND...: a test program; its lines are numbered anew, and one that ends badly or early is a failure.
program() {
  local name=$1 status=0 line planned='' seen=0
  shift
  # Nothing here takes minutes: this only keeps a hang from holding up everything else.
  # In the background, because bash runs its traps only between commands: a hang must not outlive an interrupt.
  timeout --kill-after=10 300 "$@" >"$work/program.out" 2>"$work/program.err" &
  running=$!
  wait "$running" || status=$?
  running=''
  while IFS= read -r line; do
    case $line in
      'ok '*) report 0 "$name ${line#ok * - }"; seen=$((seen + 1)) ;;
      'not ok '*) report 1 "$name ${line#not ok * - }"; seen=$((seen + 1)) ;;
      1..*) planned=${line#1..} ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$work/program.out"
  if [ "$planned" != "$seen" ] || [ "$seen" = 0 ] || { [ "$status" != 0 ] && ! grep -q '^not ok' "$work/program.out"; }; then
    report 1 "$name ends as it should (status $status after $seen tests)"
    sed 's/^/# /' "$work/program.err" | tail -40
  fi
}

stop_here() { report 1 "$1"; echo "1..$count"; exit 1; }

for name in S3KMS_LIB_DIR S3KMS_TEST_SERVER S3KMS_RECORDING_SERVER S3KMS_CONFORMANCE; do
  [ -n "${!name:-}" ] || { echo "# $name is not set; ./dev test c sets it" >&2; stop_here "settings"; }
done
need_cjson || stop_here "libcjson-dev (apt-get install libcjson-dev)"

stage_archive "$S3KMS_LIB_DIR" "$work/prefix" || stop_here "stage the archive"
step "tests compile as C11 and C++17 without a warning" configure_and_build "$here" "$work/tests" "$work/prefix"
[ "$failed" = 0 ] || { echo "1..$count"; exit 1; }
step "examples compile against the archive" configure_and_build "$here/../examples" "$work/examples" "$work/prefix"
step "header compiles alone as C11 and C++17" header_alone "$work/prefix"
step "pkg-config links a program, shared and static" pkg_config_links "$work/prefix" "$work"

start_server() { # start_server NAME BINARY ARGUMENTS...: leaves its line in $work/NAME.json
  local name=$1
  shift
  mkfifo "$work/$name.stdin"
  "$@" --until-stdin-closes <"$work/$name.stdin" >"$work/$name.json" 2>"$work/$name.log" &
  pids+=($!)
  exec {keep}>"$work/$name.stdin" # the server ends with this script
  until [ -s "$work/$name.json" ]; do
    kill -0 "${pids[-1]}" 2>/dev/null || return 1
    sleep 0.05
  done
}
start_server strict "$S3KMS_TEST_SERVER" --port 0 --bucket c-tests || stop_here "start the strict server"
start_server recording "$S3KMS_RECORDING_SERVER" || stop_here "start the recording server"
eval "$(settings_of "$work/strict.json" "$work/recording.json")"
export S3KMS_T_SCRATCH=$work/scratch S3KMS_T_CASES=$S3KMS_CONFORMANCE
mkdir -p "$S3KMS_T_SCRATCH"
# The tests must not depend on whoever runs them.
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
unset AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN

programs=(layout operations presign streams refusals lifecycle)
for name in "${programs[@]}"; do
  S3KMS_T_PREFIX=c/$name program "$name" "$work/tests/$name"
done
for name in "${programs[@]}"; do
  S3KMS_T_PREFIX=cxx/$name program "$name (C++17)" "$work/tests/${name}_cxx"
done
S3KMS_T_PREFIX=static/operations program "operations (static library)" "$work/tests/operations_static"
S3KMS_T_PREFIX=c/conformance program conformance "$work/tests/conformance"

. "$here/examples.sh"
run_examples

if [ "${S3KMS_FULL:-}" = 1 ]; then
  . "$here/memory.sh"
  run_memory_checks
fi
echo "1..$count"
[ "$failed" = 0 ]
