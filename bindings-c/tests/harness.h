/* A few lines of test harness: named tests, checks that end the test, TAP on stdout. C11 and C++17. */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Ends the test as failed where `claim` is false. */
#define CHECK(claim)                                                                                                   \
    do {                                                                                                               \
        if (!(claim)) {                                                                                                \
            test_fail(__FILE__, __LINE__, #claim, NULL);                                                               \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)

/* As CHECK, for two C strings that must be equal. */
#define CHECK_TEXT(actual, expected)                                                                                   \
    do {                                                                                                               \
        const char *actual_ = (actual);                                                                                \
        if (strcmp(actual_, (expected)) != 0) {                                                                        \
            test_fail(__FILE__, __LINE__, #actual " is " #expected, actual_);                                          \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)

/* Runs a test and prints its line. */
#define RUN(name) test_run(#name, name)

/* Marks the running test as failed; `detail` may be NULL. */
void test_fail(const char *file, int line, const char *claim, const char *detail);
void test_run(const char *name, void (*test)(void));
/* The same with a name made at run time, for tables of cases. */
void test_run_case(const char *name, void (*test)(const void *), const void *argument);
/* Prints the plan; the value that main returns. */
int test_end(void);

#ifdef __cplusplus
}
#endif
#endif
