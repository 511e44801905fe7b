/* Presigned URLs in the hands of a plain HTTP client: good with exactly the returned headers, and only so. */
#include <stdlib.h>

#include "support.h"

static s3kms_presign_request kms_presign(const char *name, const char *method) {
    s3kms_presign_request request = S3KMS_INIT;
    request.bucket = s3kms_text(setting("BUCKET"));
    request.key = object_key(name);
    request.method = s3kms_text(method);
    if (strcmp(method, "PUT") == 0) {
        request.server_side_encryption = s3kms_text("aws:kms");
        request.ssekms_key_id = s3kms_text(setting("KEY_FIRST"));
        request.ssekms_encryption_context = s3kms_text("{\"order\":\"7\"}");
    }
    return request;
}

/* The returned headers as lines, without the host; `skip` is left out and `change` gets another value. */
static void lines_of(const s3kms_presign_result *signed_url, const char *skip, const char *change, char *lines, size_t room) {
    size_t i, used = 0;
    lines[0] = 0;
    for (i = 0; i < signed_url->signed_headers.len; i++) {
        const char *name = s3kms_c_str(signed_url->signed_headers.data[i].name);
        const char *text = s3kms_c_str(signed_url->signed_headers.data[i].text);
        if (strcmp(name, "host") == 0 || (skip && strcmp(name, skip) == 0)) continue;
        if (change && strcmp(name, change) == 0) text = setting("KEY_SECOND");
        used += (size_t)snprintf(lines + used, room - used, "%s: %s\r\n", name, text);
    }
}

static const char *const KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id";

static void a_presigned_put_stores_under_the_key_and_a_presigned_get_reads_it(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_presign_request request = kms_presign("presigned", "PUT");
    s3kms_presign_result *put = NULL, *get = NULL;
    s3kms_head_object_request head = head_request("presigned");
    s3kms_head_object_result *found = NULL;
    struct http_answer answer;
    char lines[2000];
    CHECK(succeeded(s3kms_presign(client, &request, &put)));
    CHECK_TEXT(s3kms_c_str(put->method), "PUT");
    CHECK(put->expires_at.present);
    CHECK(strstr(s3kms_c_str(put->url), "server-side-encryption=") == NULL);
    lines_of(put, NULL, NULL, lines, sizeof lines);
    CHECK(strstr(lines, KEY_HEADER) != NULL);
    answer = http_send("PUT", s3kms_c_str(put->url), lines, "shared", 6);
    CHECK(answer.status == 200);
    http_free(&answer);
    CHECK(succeeded(s3kms_head_object(client, &head, &found)));
    CHECK_TEXT(s3kms_c_str(found->ssekms_key_id), setting("KEY_FIRST"));
    s3kms_head_object_result_free(found);

    request = kms_presign("presigned", "GET");
    CHECK(succeeded(s3kms_presign(client, &request, &get)));
    answer = http_send("GET", s3kms_c_str(get->url), "", "", 0);
    CHECK(answer.status == 200);
    CHECK_TEXT(answer.body, "shared");
    http_free(&answer);
    s3kms_presign_result_free(put);
    s3kms_presign_result_free(get);
    s3kms_client_free(client);
}

static void a_presigned_put_is_refused_when_a_header_is_missing_changed_or_added(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_presign_request request = kms_presign("refused", "PUT");
    s3kms_presign_result *put = NULL;
    struct http_answer answer;
    char lines[2000];
    CHECK(succeeded(s3kms_presign(client, &request, &put)));
    lines_of(put, KEY_HEADER, NULL, lines, sizeof lines);
    answer = http_send("PUT", s3kms_c_str(put->url), lines, "x", 1);
    CHECK(answer.status == 403);
    http_free(&answer);
    lines_of(put, NULL, KEY_HEADER, lines, sizeof lines);
    answer = http_send("PUT", s3kms_c_str(put->url), lines, "x", 1);
    CHECK(answer.status == 403);
    http_free(&answer);
    lines_of(put, NULL, NULL, lines, sizeof lines);
    strcat(lines, "x-amz-storage-class: GLACIER\r\n");
    answer = http_send("PUT", s3kms_c_str(put->url), lines, "x", 1);
    CHECK(answer.status == 403);
    http_free(&answer);
    s3kms_presign_result_free(put);
    s3kms_client_free(client);
}

static void what_cannot_be_signed_is_refused_by_name(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_presign_request request = kms_presign("x", "GET");
    s3kms_presign_result *result = NULL;
    struct told told;
    request.expires_in_seconds = s3kms_number(604801);
    told = take(s3kms_presign(client, &request, &result));
    CHECK(told.kind == S3KMS_ERROR_INVALID_ARGUMENT);
    CHECK_TEXT(told.field, "expires_in_seconds");
    request = kms_presign("x", "PATCH");
    told = take(s3kms_presign(client, &request, &result));
    CHECK_TEXT(told.field, "method");
    request = kms_presign("x", "GET");
    told = take(s3kms_presign(client, &request, NULL));
    CHECK_TEXT(told.field, "out_result");
    CHECK(result == NULL);
    s3kms_client_free(client);
}

/* Every URL of a batch is what a single call gives for that key, and good with the headers that all of them share. */
static void a_batch_signs_each_key_as_a_single_call_does(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_presign_request request = kms_presign("unused", "PUT");
    s3kms_presign_batch_result *batch = NULL;
    s3kms_str keys[3];
    char names[3][200], lines[2000];
    size_t i, used = 0;
    snprintf(names[0], sizeof names[0], "%s", s3kms_c_str(object_key("batch-1")));
    snprintf(names[1], sizeof names[1], "%s", s3kms_c_str(object_key("batch \xc3\xa9&+")));
    snprintf(names[2], sizeof names[2], "%s", names[0]);
    for (i = 0; i < 3; i++) keys[i] = s3kms_text(names[i]);
    request.key = s3kms_text(NULL); /* not used, so that it may be absent */
    CHECK(succeeded(s3kms_presign_batch(client, &request, keys, 3, &batch)));
    CHECK(batch->url_count == 3);
    CHECK(batch->expires_at.present);
    lines[0] = 0;
    for (i = 0; i < batch->signed_headers.len; i++) {
        const s3kms_pair *header = &batch->signed_headers.data[i];
        if (strcmp(s3kms_c_str(header->name), "host") == 0) continue;
        used += (size_t)snprintf(lines + used, sizeof lines - used, "%s: %s\r\n", s3kms_c_str(header->name), s3kms_c_str(header->text));
    }
    CHECK(strstr(lines, KEY_HEADER) != NULL);
    for (i = 0; i < 2; i++) {
        s3kms_head_object_request head = S3KMS_INIT;
        s3kms_head_object_result *found = NULL;
        struct http_answer answer = http_send("PUT", s3kms_c_str(batch->urls[i]), lines, "many", 4);
        CHECK(answer.status == 200);
        http_free(&answer);
        head.bucket = s3kms_text(setting("BUCKET"));
        head.key = keys[i];
        CHECK(succeeded(s3kms_head_object(client, &head, &found)));
        CHECK_TEXT(s3kms_c_str(found->ssekms_key_id), setting("KEY_FIRST"));
        s3kms_head_object_result_free(found);
    }
    /* Order is kept: the third key is the first again. */
    CHECK_TEXT(s3kms_c_str(batch->urls[2]), s3kms_c_str(batch->urls[0]));
    CHECK(strcmp(s3kms_c_str(batch->urls[1]), s3kms_c_str(batch->urls[0])) != 0);
    s3kms_presign_batch_result_free(batch);
    s3kms_client_free(client);
}

static void a_batch_is_all_or_nothing(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_presign_request request = kms_presign("unused", "GET");
    s3kms_presign_batch_result *batch = NULL;
    s3kms_str keys[2];
    struct told told;
    keys[0] = s3kms_text("a");
    keys[1] = s3kms_text("");
    told = take(s3kms_presign_batch(client, &request, keys, 2, &batch));
    CHECK(told.kind == S3KMS_ERROR_INVALID_ARGUMENT);
    CHECK_TEXT(told.field, "keys");
    keys[1] = s3kms_text(NULL);
    told = take(s3kms_presign_batch(client, &request, keys, 2, &batch));
    CHECK_TEXT(told.field, "keys");
    told = take(s3kms_presign_batch(client, &request, NULL, 2, &batch));
    CHECK_TEXT(told.field, "keys");
    told = take(s3kms_presign_batch(client, &request, keys, (size_t)-1, &batch));
    CHECK_TEXT(told.field, "keys");
    CHECK(batch == NULL);
    CHECK(succeeded(s3kms_presign_batch(client, &request, NULL, 0, &batch)));
    CHECK(batch && batch->url_count == 0);
    s3kms_presign_batch_result_free(batch);
    s3kms_presign_batch_result_free(NULL);
    s3kms_client_free(client);
}

int main(void) {
    RUN(a_presigned_put_stores_under_the_key_and_a_presigned_get_reads_it);
    RUN(a_presigned_put_is_refused_when_a_header_is_missing_changed_or_added);
    RUN(what_cannot_be_signed_is_refused_by_name);
    RUN(a_batch_signs_each_key_as_a_single_call_does);
    RUN(a_batch_is_all_or_nothing);
    return test_end();
}
