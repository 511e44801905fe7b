/* The conformance runner's parts: requests from JSON, and what was recorded, compared. tests/conformance has the rules. */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <cjson/cJSON.h>

#include "generated/fields.h"
#include "harness.h"
#include "http.h"
#include "support.h"

/* Keeps the arrays that a request points to until the case has ended. */
struct arrays {
    s3kms_pair *list[16];
    size_t count;
};
void free_arrays(struct arrays *arrays);

/* Each returns NULL, or a text that says what is not so; the text is static. */
const char *fill_struct(void *to, const struct field *fields, const cJSON *values, struct arrays *arrays);
const char *compare_struct(const void *with, const struct field *fields, const cJSON *expected);
const char *compare_error(const s3kms_error *error, const cJSON *expected);
const char *compare_requests(const cJSON *recorded, const cJSON *expected);
const char *compare_url(const s3kms_presign_result *result, const cJSON *expected, const char *server);

/* Formats into the static text that the above return. */
const char *because(const char *format, ...);
/* The text of a member, or NULL. */
const char *text_of(const cJSON *object, const char *name);

#endif
