# ./dev test [--full] [suite…]: every test in every language. Sourced by ./dev.
# Closes with one line "N passed, N failed[, N skipped]": the last line of the output, over all suites.
# Suites are dev.d/suites/NAME.sh with one function suite_NAME; they run even after another one failed.
. "$ROOT/dev.d/toolchains.sh"
. "$ROOT/dev.d/natives.sh"
. "$ROOT/dev.d/results.sh"

ALL_SUITES='generate lint rust costs c java dotnet ceph consumers bench docs'

cmd_test() {
  local suite suites=() failed
  for suite in "$@"; do
    case $suite in
      --full) export S3KMS_FULL=1 PROPTEST_CASES=${PROPTEST_CASES:-4096} ;;
      -*) fail "test takes --full and names of suites ($ALL_SUITES), not $suite"; return 2 ;;
      *)
        case " $ALL_SUITES " in *" $suite "*) suites+=("$suite") ;; *)
          fail "no such suite: $suite (there are: $ALL_SUITES)"
          return 2 ;;
        esac ;;
    esac
  done
  if [ ${#suites[@]} -eq 0 ]; then read -ra suites <<<"$ALL_SUITES"; fi
  need_python || { fail "$WHY_NOT"; return 1; }
  results_start
  export PROPTEST_CASES=${PROPTEST_CASES:-64} # a small budget by default; --full raises it
  for suite in "${suites[@]}"; do
    . "$ROOT/dev.d/suites/$suite.sh"
    "suite_$suite"
    results_of_suite "$suite"
  done
  run_at_exit # servers end before the counts are printed: nothing may follow the last line
  failed=0
  results_summary || failed=1
  return $failed
}
