# Memory checkers over the test programs: valgrind, and AddressSanitizer in the programs themselves. Each first shows that
# it is on: the canary must fail. Sourced by run.sh with S3KMS_FULL=1.

run_memory_checks() {
  local name valgrind
  # Runtime threads and one-time caches live until the process ends: only memory that nothing points to is a leak.
  valgrind=(valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite)
  if command -v valgrind >/dev/null; then
    step "valgrind finds the canary" must_fail "${valgrind[@]}" "$work/tests/canary"
    for name in layout operations presign streams refusals lifecycle; do
      S3KMS_T_PREFIX=valgrind/$name program "$name (valgrind)" "${valgrind[@]}" "$work/tests/$name"
    done
  else
    report 1 "valgrind is missing (apt-get install valgrind)"
  fi
  step "tests compile with AddressSanitizer" configure_and_build "$here" "$work/asan" "$work/prefix" -DSANITIZE=ON
  step "AddressSanitizer finds the canary" must_fail "$work/asan/canary"
  for name in operations presign streams refusals lifecycle; do
    S3KMS_T_PREFIX=asan/$name program "$name (AddressSanitizer)" "$work/asan/$name"
  done
}

must_fail() { ! "$@"; }
