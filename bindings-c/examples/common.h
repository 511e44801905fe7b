/* What the examples share: a client from the environment, and an error printed. */
#ifndef EXAMPLE_COMMON_H
#define EXAMPLE_COMMON_H

#include <s3kms.h>
#include <stdio.h>
#include <stdlib.h>

/* Prints an error with what S3 said and a way out, and frees it. Returns the program's status. */
static inline int fail(s3kms_error *error) {
    fprintf(stderr, "error: %s\n", s3kms_c_str(error->message));
    if (error->field_name.len) fprintf(stderr, "  field: %s\n", s3kms_c_str(error->field_name));
    if (error->s3_code.len) fprintf(stderr, "  S3: %s, request id %s\n", s3kms_c_str(error->s3_code), s3kms_c_str(error->request_id));
    if (error->hint.len) fprintf(stderr, "  hint: %s\n", s3kms_c_str(error->hint));
    s3kms_error_free(error);
    return 1;
}

/* Region and credentials come from the environment or profile, as with every AWS tool; the endpoint from S3KMS_ENDPOINT where
 * the server is not AWS. */
static inline s3kms_error *connect_client(s3kms_completion_fn completion, void *context, s3kms_client **client) {
    s3kms_client_config config = S3KMS_INIT;
    config.endpoint = s3kms_text(getenv("S3KMS_ENDPOINT"));
    return s3kms_client_new(&config, completion, context, client);
}

static inline int usage(const char *text) {
    fprintf(stderr, "usage: %s\n", text);
    return 2;
}

#endif
