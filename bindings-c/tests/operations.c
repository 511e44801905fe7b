/* Every operation in its blocking and in its callback form, on the strict server. */
#include <stdlib.h>

#include "support.h"

static void versions_of_header_and_library_agree(void) {
    CHECK(s3kms_abi_version() == S3KMS_ABI_VERSION);
    CHECK(s3kms_schema_hash() == S3KMS_SCHEMA_HASH);
    CHECK(strchr(s3kms_version(), '.') != NULL);
}

static s3kms_put_object_request kms_put(const char *name, const char *key_setting) {
    s3kms_put_object_request request = put_request(name);
    request.server_side_encryption = s3kms_text("aws:kms");
    if (key_setting) request.ssekms_key_id = s3kms_text(setting(key_setting));
    return request;
}

/* Reads an object into `room` bytes of memory; the number of bytes, or -1. */
static long read_back(s3kms_client *client, const char *name, char *memory, size_t room) {
    s3kms_get_object_request request = get_request(name);
    s3kms_target target = S3KMS_INIT;
    uint64_t length = 0;
    target.kind = S3KMS_TARGET_BUFFER;
    target.data = (uint8_t *)memory;
    target.capacity = room;
    return succeeded(s3kms_get_object(client, &request, &target, NULL, &length, NULL)) ? (long)length : -1;
}

static void put_under_a_key_reports_the_key_and_reads_back(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_put_object_request request = kms_put("kms", "KEY_FIRST");
    s3kms_body body = s3kms_body_bytes("hello", 5);
    s3kms_put_object_result *result = NULL;
    char memory[16];
    CHECK(succeeded(s3kms_put_object(client, &request, &body, &result)));
    CHECK_TEXT(s3kms_c_str(result->server_side_encryption), "aws:kms");
    CHECK_TEXT(s3kms_c_str(result->ssekms_key_id), setting("KEY_FIRST"));
    CHECK(result->e_tag.len > 2 && result->e_tag.data[0] == '"');
    CHECK(result->http_status.present && result->http_status.number == 200);
    s3kms_put_object_result_free(result);
    CHECK(read_back(client, "kms", memory, sizeof memory) == 5);
    CHECK(memcmp(memory, "hello", 5) == 0);
    s3kms_client_free(client);
}

static void put_with_the_managed_key_an_alias_and_a_context(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_put_object_request request = kms_put("managed", NULL);
    s3kms_body body = s3kms_body_bytes("m", 1);
    s3kms_put_object_result *result = NULL;
    CHECK(succeeded(s3kms_put_object(client, &request, &body, &result)));
    CHECK_TEXT(s3kms_c_str(result->ssekms_key_id), setting("KEY_MANAGED"));
    s3kms_put_object_result_free(result);

    request = kms_put("alias", NULL);
    request.ssekms_key_id = s3kms_text(setting("ALIAS_FIRST"));
    request.ssekms_encryption_context = s3kms_text("{\"order\":\"1\"}");
    request.bucket_key_enabled = S3KMS_TRUE;
    CHECK(succeeded(s3kms_put_object(client, &request, &body, &result)));
    CHECK_TEXT(s3kms_c_str(result->ssekms_key_id), setting("KEY_FIRST"));
    CHECK(result->bucket_key_enabled == S3KMS_TRUE);
    s3kms_put_object_result_free(result);
    s3kms_client_free(client);
}

static void put_without_encryption_without_a_body_and_without_a_result(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_put_object_request request = put_request("empty");
    char memory[1];
    CHECK(succeeded(s3kms_put_object(client, &request, NULL, NULL)));
    CHECK(read_back(client, "empty", memory, 0) == 0);
    s3kms_client_free(client);
}

static void files_and_parts_of_files_are_stored_and_read(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_put_object_request request = kms_put("file", "KEY_FIRST");
    s3kms_get_object_request get = get_request("file");
    s3kms_target target = S3KMS_INIT;
    s3kms_body body;
    char path[400], copy[400], memory[64];
    uint64_t length = 0;
    FILE *file;
    snprintf(path, sizeof path, "%s/file.txt", setting("SCRATCH"));
    snprintf(copy, sizeof copy, "%s/copy.txt", setting("SCRATCH"));
    file = fopen(path, "w");
    CHECK(file != NULL);
    fputs("0123456789", file);
    fclose(file);

    body = s3kms_body_file(path);
    CHECK(succeeded(s3kms_put_object(client, &request, &body, NULL)));
    target.kind = S3KMS_TARGET_FILE;
    target.path = s3kms_text(copy);
    CHECK(succeeded(s3kms_get_object(client, &get, &target, NULL, &length, NULL)));
    CHECK(length == 10);
    file = fopen(copy, "r");
    CHECK(file != NULL);
    CHECK(fread(memory, 1, sizeof memory, file) == 10 && memcmp(memory, "0123456789", 10) == 0);
    fclose(file);

    body.offset = s3kms_number(3);
    body.length = s3kms_number(4);
    CHECK(succeeded(s3kms_put_object(client, &request, &body, NULL)));
    CHECK(read_back(client, "file", memory, sizeof memory) == 4);
    CHECK(memcmp(memory, "3456", 4) == 0);
    s3kms_client_free(client);
}

static void copy_encrypts_under_the_key_of_the_request(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_put_object_request put = kms_put("source", "KEY_FIRST");
    s3kms_copy_object_request request = S3KMS_INIT;
    s3kms_body body = s3kms_body_bytes("copied", 6);
    s3kms_copy_object_result *result = NULL;
    s3kms_head_object_request head = head_request("copy");
    s3kms_head_object_result *found = NULL;
    char memory[16];
    CHECK(succeeded(s3kms_put_object(client, &put, &body, NULL)));
    request.source_bucket = s3kms_text(setting("BUCKET"));
    request.source_key = object_key("source");
    request.bucket = s3kms_text(setting("BUCKET"));
    request.key = object_key("copy");
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(setting("KEY_SECOND"));
    CHECK(succeeded(s3kms_copy_object(client, &request, &result)));
    CHECK_TEXT(s3kms_c_str(result->ssekms_key_id), setting("KEY_SECOND"));
    CHECK(result->last_modified.present && result->last_modified.number > 1600000000000);
    s3kms_copy_object_result_free(result);
    CHECK(succeeded(s3kms_head_object(client, &head, &found)));
    CHECK_TEXT(s3kms_c_str(found->ssekms_key_id), setting("KEY_SECOND"));
    s3kms_head_object_result_free(found);
    CHECK(read_back(client, "copy", memory, sizeof memory) == 6);
    CHECK(memcmp(memory, "copied", 6) == 0);
    s3kms_client_free(client);
}

static void head_reports_what_was_stored_and_delete_removes_it(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_put_object_request put = kms_put("meta", "KEY_FIRST");
    s3kms_head_object_request head = head_request("meta");
    s3kms_delete_object_request gone = S3KMS_INIT;
    s3kms_head_object_result *result = NULL;
    s3kms_pair pairs[2];
    s3kms_body body = s3kms_body_bytes("{}", 2);
    struct told told;
    memset(pairs, 0, sizeof pairs);
    pairs[0].name = s3kms_text("colour");
    pairs[0].text = s3kms_text("blue");
    pairs[1].name = s3kms_text("size");
    pairs[1].text = s3kms_text("9");
    put.metadata.data = pairs;
    put.metadata.len = 2;
    put.content_type = s3kms_text("application/json");
    CHECK(succeeded(s3kms_put_object(client, &put, &body, NULL)));
    CHECK(succeeded(s3kms_head_object(client, &head, &result)));
    CHECK_TEXT(s3kms_c_str(result->content_type), "application/json");
    CHECK(result->content_length.number == 2);
    CHECK(result->metadata.len == 2);
    CHECK_TEXT(s3kms_c_str(result->metadata.data[0].name), "colour");
    CHECK_TEXT(s3kms_c_str(result->metadata.data[0].text), "blue");
    CHECK(result->version_id.data == NULL);
    s3kms_head_object_result_free(result);

    gone.bucket = head.bucket;
    gone.key = head.key;
    CHECK(succeeded(s3kms_delete_object(client, &gone, NULL)));
    told = take(s3kms_head_object(client, &head, NULL));
    CHECK(told.kind == S3KMS_ERROR_SERVICE);
    CHECK(told.http_status == 404);
    s3kms_client_free(client);
}

static void a_range_is_read_and_memory_that_is_too_small_is_named(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_put_object_request put = put_request("range");
    s3kms_get_object_request get = get_request("range");
    s3kms_body body = s3kms_body_bytes("0123456789", 10);
    s3kms_target target = S3KMS_INIT;
    s3kms_get_object_result *result = NULL;
    uint64_t length = 0;
    uint8_t memory[4];
    struct told told;
    CHECK(succeeded(s3kms_put_object(client, &put, &body, NULL)));
    target.kind = S3KMS_TARGET_BUFFER;
    target.data = memory;
    target.capacity = sizeof memory;
    told = take(s3kms_get_object(client, &get, &target, NULL, &length, NULL));
    CHECK(told.kind == S3KMS_ERROR_INVALID_ARGUMENT);
    CHECK_TEXT(told.field, "target.capacity");
    CHECK(strstr(told.message, "10 bytes") != NULL);
    get.range = s3kms_text("bytes=2-5");
    CHECK(succeeded(s3kms_get_object(client, &get, &target, &result, &length, NULL)));
    CHECK(length == 4 && memcmp(memory, "2345", 4) == 0);
    CHECK_TEXT(s3kms_c_str(result->content_range), "bytes 2-5/10");
    s3kms_get_object_result_free(result);
    s3kms_client_free(client);
}

static void every_operation_completes_by_callback(void) {
    struct inbox inbox;
    s3kms_client *client;
    s3kms_put_object_request put = kms_put("callback", "KEY_FIRST");
    s3kms_copy_object_request copy = S3KMS_INIT;
    s3kms_get_object_request get = get_request("callback-copy");
    s3kms_head_object_request head = head_request("callback-copy");
    s3kms_delete_object_request gone = S3KMS_INIT;
    s3kms_body body = s3kms_body_bytes("by callback", 11);
    s3kms_target target = S3KMS_INIT;
    uint8_t memory[11];
    uint64_t id = 0;
    struct outcome outcome;
    inbox_open(&inbox);
    client = strict_client(inbox_complete, &inbox);
    CHECK(succeeded(s3kms_put_object_submit(client, &put, &body, 1, &id)));
    CHECK(id != 0);
    outcome = inbox_wait(&inbox, 1);
    CHECK_TEXT(outcome.error.message, "");
    CHECK(outcome.operation == S3KMS_OPERATION_PUT_OBJECT);
    CHECK_TEXT(outcome.key_id, setting("KEY_FIRST"));

    copy.source_bucket = put.bucket;
    copy.source_key = put.key;
    copy.bucket = put.bucket;
    copy.key = head.key;
    copy.server_side_encryption = s3kms_text("aws:kms");
    copy.ssekms_key_id = s3kms_text(setting("KEY_SECOND"));
    CHECK(succeeded(s3kms_copy_object_submit(client, &copy, 2, NULL)));
    outcome = inbox_wait(&inbox, 2);
    CHECK_TEXT(outcome.error.message, "");
    CHECK_TEXT(outcome.key_id, setting("KEY_SECOND"));

    CHECK(succeeded(s3kms_head_object_submit(client, &head, 3, NULL)));
    CHECK_TEXT(inbox_wait(&inbox, 3).key_id, setting("KEY_SECOND"));

    CHECK(succeeded(s3kms_get_object_submit(client, &get, NULL, 4, NULL)));
    outcome = inbox_wait(&inbox, 4);
    CHECK(outcome.content_kind == S3KMS_CONTENT_INLINE);
    CHECK_TEXT(outcome.bytes, "by callback");

    target.kind = S3KMS_TARGET_BUFFER;
    target.data = memory;
    target.capacity = sizeof memory;
    CHECK(succeeded(s3kms_get_object_submit(client, &get, &target, 5, NULL)));
    outcome = inbox_wait(&inbox, 5);
    CHECK(outcome.content_kind == S3KMS_CONTENT_DELIVERED && outcome.content_length == 11);
    CHECK(memcmp(memory, "by callback", 11) == 0);

    gone.bucket = head.bucket;
    gone.key = head.key;
    CHECK(succeeded(s3kms_delete_object_submit(client, &gone, UINT64_MAX, NULL)));
    CHECK(inbox_wait(&inbox, UINT64_MAX).error.kind == 0);
    CHECK(succeeded(s3kms_head_object_submit(client, &head, 7, NULL)));
    CHECK(inbox_wait(&inbox, 7).error.http_status == 404);
    s3kms_client_free(client);
    CHECK(inbox_count(&inbox) == 7);
    inbox_close(&inbox);
}

int main(void) {
    RUN(versions_of_header_and_library_agree);
    RUN(put_under_a_key_reports_the_key_and_reads_back);
    RUN(put_with_the_managed_key_an_alias_and_a_context);
    RUN(put_without_encryption_without_a_body_and_without_a_result);
    RUN(files_and_parts_of_files_are_stored_and_read);
    RUN(copy_encrypts_under_the_key_of_the_request);
    RUN(head_reports_what_was_stored_and_delete_removes_it);
    RUN(a_range_is_read_and_memory_that_is_too_small_is_named);
    RUN(every_operation_completes_by_callback);
    return test_end();
}
