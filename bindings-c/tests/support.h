/* What the tests share: the strict server's settings, clients, and an inbox for completions. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <pthread.h>
#include <s3kms.h>

#include "harness.h"
#include "http.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A setting that the test run exports (S3KMS_T_<NAME>): ENDPOINT, BUCKET, KEY_FIRST, … Ends the program where missing. */
const char *setting(const char *name);

/* The configuration of a client of the strict server. */
s3kms_client_config strict_config(void);
/* A client of the strict server; ends the program on an error. */
s3kms_client *strict_client(s3kms_completion_fn completion, void *context);

/* A key of this program's own: "c/<program>/<name>". The text lives until the program ends. */
s3kms_str object_key(const char *name);
s3kms_put_object_request put_request(const char *name);
s3kms_get_object_request get_request(const char *name);
s3kms_head_object_request head_request(const char *name);

/* Frees an error and reports it as the detail of a failed check; 1 where there was none. */
int succeeded(s3kms_error *error);

/* What an error said, copied. `kind` 0: there was no error. */
struct told {
    uint32_t kind, http_status;
    char code[80], field[80], message[600], hint[300];
};
/* Takes an error apart and frees it. */
struct told take(s3kms_error *error);

/* How one submitted call ended, copied out of its completion. */
struct outcome {
    uint64_t tag;
    uint32_t operation;
    struct told error;
    char e_tag[80], algorithm[40], key_id[300];
    uint32_t content_kind;
    uint64_t content_length, download;
    char *bytes; /* inline content, zero-terminated; else NULL */
};

/* Collects completions. */
struct inbox {
    pthread_mutex_t lock;
    pthread_cond_t came;
    struct outcome *list;
    size_t count, room;
};

void inbox_open(struct inbox *inbox);
void inbox_close(struct inbox *inbox);
/* The completion function; `inbox` is its context. */
void inbox_complete(void *inbox, uint64_t tag, const s3kms_completion *completion);
/* Waits for the completion of a tag. What `bytes` points to lives as long as the inbox. */
struct outcome inbox_wait(struct inbox *inbox, uint64_t tag);
size_t inbox_count(struct inbox *inbox);

/* Faults of the strict server, as JSON; and none any more. */
void set_fault(const char *json);
void clear_faults(void);

/* Bytes that repeat only after a long while, so that a shifted or lost piece shows. */
void fill(uint8_t *data, size_t len, uint64_t from);

#ifdef __cplusplus
}
#endif
#endif
