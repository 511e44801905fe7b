/* Cancel, close, free, threads: exactly one completion for every accepted call, whatever happens. */
#include <stdlib.h>

#include "support.h"

/* Makes the server slow for this program's keys below "slow". */
static void slow_server(void) {
    char json[300];
    snprintf(json, sizeof json, "{\"match\":{\"keyPrefix\":\"%s/slow\"},\"action\":{\"delayMs\":3600000}}", setting("PREFIX"));
    set_fault(json);
}

static void a_cancelled_request_completes_once_and_frees_its_memory(void) {
    struct inbox inbox;
    s3kms_client *client;
    s3kms_put_object_request put = put_request("slow/cancelled");
    uint8_t *content = (uint8_t *)malloc(100000);
    s3kms_body body;
    uint64_t id = 0;
    uint8_t cancelled = 9;
    inbox_open(&inbox);
    client = strict_client(inbox_complete, &inbox);
    memset(content, 'x', 100000);
    body = s3kms_body_bytes(content, 100000);
    slow_server();
    CHECK(succeeded(s3kms_put_object_submit(client, &put, &body, 5, &id)));
    CHECK(succeeded(s3kms_cancel(client, id, &cancelled)));
    CHECK(cancelled == 1);
    CHECK(inbox_wait(&inbox, 5).error.kind == S3KMS_ERROR_CANCELLED);
    free(content); /* from the completion on it is ours: the checker would see a later read */
    CHECK(succeeded(s3kms_cancel(client, id, &cancelled)));
    CHECK(cancelled == 0);
    CHECK(succeeded(s3kms_cancel(client, 123456789, NULL)));
    clear_faults();
    s3kms_client_free(client);
    CHECK(inbox_count(&inbox) == 1);
    inbox_close(&inbox);
}

static void closing_ends_what_is_in_flight_and_waits_for_the_last_completion(void) {
    struct inbox inbox;
    s3kms_client *client;
    s3kms_head_object_request head = head_request("slow/in-flight");
    s3kms_put_object_request put = put_request("slow/pushed");
    s3kms_body stream = S3KMS_INIT;
    uint64_t tag, id = 0;
    inbox_open(&inbox);
    client = strict_client(inbox_complete, &inbox);
    slow_server();
    stream.kind = S3KMS_BODY_STREAM;
    for (tag = 1; tag <= 30; tag++) CHECK(succeeded(s3kms_head_object_submit(client, &head, tag, NULL)));
    CHECK(succeeded(s3kms_put_object_submit(client, &put, &stream, 31, &id)));
    CHECK(succeeded(s3kms_client_close(client)));
    CHECK(inbox_count(&inbox) == 31);
    for (tag = 1; tag <= 31; tag++) CHECK(inbox_wait(&inbox, tag).error.kind == S3KMS_ERROR_CANCELLED);
    clear_faults();
    CHECK(succeeded(s3kms_client_close(client)));
    s3kms_client_free(client);
    CHECK(inbox_count(&inbox) == 31);
    inbox_close(&inbox);
}

static void a_closed_client_refuses_everything(void) {
    struct inbox inbox;
    s3kms_client *client;
    s3kms_put_object_request put = put_request("x");
    s3kms_get_object_request get = get_request("x");
    s3kms_head_object_request head = head_request("x");
    s3kms_delete_object_request gone = S3KMS_INIT;
    s3kms_copy_object_request copy = S3KMS_INIT;
    s3kms_presign_request presign = S3KMS_INIT;
    s3kms_presign_result *url = NULL;
    s3kms_download *download = NULL;
    s3kms_upload *upload = NULL;
    s3kms_opt_i64 length = S3KMS_INIT;
    uint8_t byte;
    inbox_open(&inbox);
    client = strict_client(inbox_complete, &inbox);
    gone.bucket = copy.bucket = copy.source_bucket = presign.bucket = head.bucket;
    gone.key = copy.key = copy.source_key = presign.key = head.key;
    CHECK(succeeded(s3kms_client_close(client)));
    CHECK(take(s3kms_put_object(client, &put, NULL, NULL)).kind == S3KMS_ERROR_CLOSED);
    CHECK(take(s3kms_get_object(client, &get, NULL, NULL, NULL, &download)).kind == S3KMS_ERROR_CLOSED);
    CHECK(take(s3kms_head_object(client, &head, NULL)).kind == S3KMS_ERROR_CLOSED);
    CHECK(take(s3kms_delete_object(client, &gone, NULL)).kind == S3KMS_ERROR_CLOSED);
    CHECK(take(s3kms_copy_object(client, &copy, NULL)).kind == S3KMS_ERROR_CLOSED);
    CHECK(take(s3kms_presign(client, &presign, &url)).kind == S3KMS_ERROR_CLOSED);
    CHECK(take(s3kms_put_object_start(client, &put, length, &upload)).kind == S3KMS_ERROR_CLOSED);
    CHECK(take(s3kms_head_object_submit(client, &head, 1, NULL)).kind == S3KMS_ERROR_CLOSED);
    CHECK(take(s3kms_download_read_submit(client, 1, &byte, 1, 1, NULL)).kind == S3KMS_ERROR_CLOSED);
    CHECK(take(s3kms_upload_write_submit(client, 1, NULL, 0, 1)).kind == S3KMS_ERROR_CLOSED);
    s3kms_client_free(client);
    CHECK(inbox_count(&inbox) == 0);
    inbox_close(&inbox);
}

static void freeing_a_client_ends_what_is_in_flight(void) {
    struct inbox inbox;
    s3kms_client *client;
    s3kms_head_object_request head = head_request("slow/freed");
    inbox_open(&inbox);
    client = strict_client(inbox_complete, &inbox);
    slow_server();
    CHECK(succeeded(s3kms_head_object_submit(client, &head, 1, NULL)));
    s3kms_client_free(client);
    CHECK(inbox_count(&inbox) == 1);
    clear_faults();
    inbox_close(&inbox);
}

static void submitting_without_a_completion_function_is_refused(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_head_object_request head = head_request("x");
    struct told told = take(s3kms_head_object_submit(client, &head, 1, NULL));
    CHECK(told.kind == S3KMS_ERROR_INVALID_ARGUMENT);
    CHECK(strstr(told.hint, "s3kms_client_new") != NULL);
    s3kms_client_free(client);
}

/* A completion function that calls the library: blocking forms are refused there, the others work. */
struct reentrant {
    struct inbox inbox;
    s3kms_client *client;
    struct told blocking, presign, submit;
};

static void call_back_in(void *context, uint64_t tag, const s3kms_completion *completion) {
    struct reentrant *self = (struct reentrant *)context;
    if (tag == 1) {
        s3kms_head_object_request head = head_request("x");
        s3kms_presign_request presign = S3KMS_INIT;
        s3kms_presign_result *url = NULL;
        presign.bucket = head.bucket;
        presign.key = head.key;
        self->blocking = take(s3kms_head_object(self->client, &head, NULL));
        self->presign = take(s3kms_presign(self->client, &presign, &url));
        self->submit = take(s3kms_head_object_submit(self->client, &head, 2, NULL));
        s3kms_presign_result_free(url);
    }
    inbox_complete(&self->inbox, tag, completion);
}

static void a_completion_may_submit_and_presign_but_not_block(void) {
    static struct reentrant self;
    s3kms_head_object_request head = head_request("x");
    inbox_open(&self.inbox);
    self.client = strict_client(call_back_in, &self);
    CHECK(succeeded(s3kms_head_object_submit(self.client, &head, 1, NULL)));
    inbox_wait(&self.inbox, 2);
    CHECK(self.blocking.kind == S3KMS_ERROR_INVALID_ARGUMENT);
    CHECK(strstr(self.blocking.hint, "_submit") != NULL);
    CHECK_TEXT(self.presign.message, "");
    CHECK_TEXT(self.submit.message, "");
    s3kms_client_free(self.client);
    inbox_close(&self.inbox);
}

enum { MANY = 1000 };

static void a_thousand_requests_at_once_complete_each_once(void) {
    struct inbox inbox;
    s3kms_client *client;
    static char contents[MANY][32], names[MANY][32];
    static int seen[MANY];
    size_t i;
    inbox_open(&inbox);
    client = strict_client(inbox_complete, &inbox);
    for (i = 0; i < MANY; i++) {
        s3kms_put_object_request put;
        s3kms_body body;
        snprintf(names[i], sizeof names[i], "many/%zu", i);
        snprintf(contents[i], sizeof contents[i], "content %zu", i);
        put = put_request(names[i]);
        put.server_side_encryption = s3kms_text("aws:kms");
        put.ssekms_key_id = s3kms_text(setting(i % 2 ? "KEY_FIRST" : "KEY_SECOND"));
        body = s3kms_body_bytes(contents[i], strlen(contents[i]));
        CHECK(succeeded(s3kms_put_object_submit(client, &put, &body, i, NULL)));
    }
    for (i = 0; i < MANY; i++) {
        struct outcome outcome = inbox_wait(&inbox, i);
        CHECK_TEXT(outcome.error.message, "");
        CHECK_TEXT(outcome.key_id, setting(i % 2 ? "KEY_FIRST" : "KEY_SECOND"));
    }
    for (i = 0; i < MANY; i++) {
        s3kms_get_object_request get = get_request(names[i]);
        CHECK(succeeded(s3kms_get_object_submit(client, &get, NULL, MANY + i, NULL)));
    }
    for (i = 0; i < MANY; i++) CHECK_TEXT(inbox_wait(&inbox, MANY + i).bytes, contents[i]);
    s3kms_client_free(client);
    CHECK(inbox_count(&inbox) == 2 * MANY);
    for (i = 0; i < inbox.count; i++)
        if (inbox.list[i].tag < MANY) CHECK(seen[inbox.list[i].tag]++ == 0);
    inbox_close(&inbox);
}

static void *put_from_a_thread(void *argument) {
    s3kms_client *client = (s3kms_client *)argument;
    size_t failures = 0;
    int i;
    for (i = 0; i < 25; i++) {
        s3kms_put_object_request put = put_request("threads");
        s3kms_body body = s3kms_body_bytes("t", 1);
        s3kms_put_object_result *result = NULL;
        failures += !succeeded(s3kms_put_object(client, &put, &body, &result));
        s3kms_put_object_result_free(result);
    }
    return (void *)failures;
}

static void threads_share_a_client(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    pthread_t threads[8];
    size_t i;
    for (i = 0; i < 8; i++) CHECK(pthread_create(&threads[i], NULL, put_from_a_thread, client) == 0);
    for (i = 0; i < 8; i++) {
        void *failures = NULL;
        pthread_join(threads[i], &failures);
        CHECK(failures == NULL);
    }
    s3kms_client_free(client);
}

int main(void) {
    RUN(a_cancelled_request_completes_once_and_frees_its_memory);
    RUN(closing_ends_what_is_in_flight_and_waits_for_the_last_completion);
    RUN(a_closed_client_refuses_everything);
    RUN(freeing_a_client_ends_what_is_in_flight);
    RUN(submitting_without_a_completion_function_is_refused);
    RUN(a_completion_may_submit_and_presign_but_not_block);
    RUN(a_thousand_requests_at_once_complete_each_once);
    RUN(threads_share_a_client);
    return test_end();
}
