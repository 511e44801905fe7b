#include "harness.h"

static int number, failures, failed;

void test_fail(const char *file, int line, const char *claim, const char *detail) {
    failed = 1;
    printf("# %s:%d: not true: %s\n", file, line, claim);
    if (detail) printf("#   was: %s\n", detail);
}

static void report(const char *name) {
    failures += failed;
    printf("%s %d - %s\n", failed ? "not ok" : "ok", ++number, name);
    fflush(stdout);
}

void test_run(const char *name, void (*test)(void)) {
    failed = 0;
    test();
    report(name);
}

void test_run_case(const char *name, void (*test)(const void *), const void *argument) {
    failed = 0;
    test(argument);
    report(name);
}

int test_end(void) {
    printf("1..%d\n", number);
    return failures || !number ? 1 : 0;
}
