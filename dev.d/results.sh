# Collects counts of all suites. Sourced by the test command.

results_start() { logs_dir; RESULTS=$LOGS/results.tsv; : >"$RESULTS"; }

# record SUITE PASSED FAILED SKIPPED WHAT: one row. Nothing run and nothing skipped is a failure.
record() {
  local passed=$2 failed=$3 skipped=$4
  if [ $((passed + failed + skipped)) -eq 0 ]; then
    fail "$1: $5 ran zero tests"
    failed=1
  fi
  printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$passed" "$failed" "$skipped" "$5" >>"$RESULTS"
}

# counted SUITE FORMAT WHAT RESULT... -- COMMAND...: runs quietly, counts by counts.py in the results ("@log" stands
# for the command's own output). A command that fails without a failed test counts as one.
counted() {
  local suite=$1 format=$2 what=$3 status=0 passed failed skipped paths=()
  shift 3
  while [ "$1" != -- ]; do paths+=("$1"); shift; done
  shift
  quiet "$suite: $what" "$@" || status=$?
  paths=("${paths[@]/#@log/$LAST_LOG}")
  read -r passed failed skipped < <(python3 "$ROOT/dev.d/counts.py" "$format" "${paths[@]}")
  if [ $status -ne 0 ] && [ "${failed:-0}" -eq 0 ]; then failed=1; fi
  if [ $status -eq 0 ] && [ $((${passed:-0} + ${failed:-0})) -eq 0 ]; then
    fail "$suite: $what ran zero tests"
    failed=1
  fi
  record "$suite" "${passed:-0}" "${failed:-1}" "${skipped:-0}" "$what"
}

# check SUITE WHAT COMMAND...: one check, one count.
check() {
  local suite=$1 what=$2
  shift 2
  if quiet "$suite: $what" "$@"; then record "$suite" 1 0 0 "$what"; else record "$suite" 0 1 0 "$what"; fi
}

# unavailable SUITE WHAT WHY: a toolchain or server cannot be had here. Skipped loudly for a person, a failure in CI.
unavailable() {
  if in_ci; then
    fail "$1: $2 cannot run, and in CI it must: $3"
    record "$1" 0 1 0 "$2"
  else
    loud "SKIPPED $1: $2. $3"
    record "$1" 0 0 1 "$2"
  fi
}

results_of_suite() {
  awk -F'\t' -v s="$1" '$1 == s {p += $2; f += $3; k += $4}
    END {printf "    %s: %d passed, %d failed%s\n", s, p, f, k ? ", " k " skipped" : ""}' "$RESULTS"
}

results_summary() {
  echo
  awk -F'\t' '$3 > 0 {printf "FAILED  %s: %s (%d failed)\n", $1, $5, $3}
    $4 > 0 {printf "skipped %s: %s (%d)\n", $1, $5, $4}' "$RESULTS"
  echo "logs: $LOGS"
  awk -F'\t' '{p += $2; f += $3; k += $4}
    END {printf "%d passed, %d failed%s\n", p, f, k ? ", " k " skipped" : ""; exit (f > 0 || p == 0)}' "$RESULTS"
}
