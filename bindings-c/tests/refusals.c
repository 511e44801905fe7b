/* Bad input, servers that refuse and servers that lie: an error that names what is to blame, never a crash. */
#include <stdlib.h>

#include "support.h"

static s3kms_client *client;

/* Puts one byte with the request that `change` makes of an ordinary one. */
static struct told put_changed(void (*change)(s3kms_put_object_request *, s3kms_body *)) {
    s3kms_put_object_request request = put_request("refused");
    s3kms_body body = s3kms_body_bytes("x", 1);
    change(&request, &body);
    return take(s3kms_put_object(client, &request, &body, NULL));
}

static s3kms_str raw(const char *data, size_t len) {
    s3kms_str text = S3KMS_INIT;
    text.data = (const uint8_t *)data;
    text.len = len;
    return text;
}

#define CHANGE(name) static void name(s3kms_put_object_request *request, s3kms_body *body)

CHANGE(null_bucket) { (void)body; request->bucket = raw(NULL, 0); }
CHANGE(empty_bucket) { (void)body; request->bucket = raw("", 0); }
CHANGE(bucket_not_utf8) { (void)body; request->bucket = raw("b\xff", 2); }
CHANGE(bucket_null_with_length) { (void)body; request->bucket = raw(NULL, 9); }
CHANGE(null_key) { (void)body; request->key = raw(NULL, 0); }
CHANGE(empty_key) { (void)body; request->key = raw("", 0); }
CHANGE(key_not_utf8) { (void)body; request->key = raw("\xc3", 1); }
CHANGE(key_of_negative_length) { (void)body; request->key = raw("k", (size_t)-1); }
CHANGE(key_id_not_utf8) {
    (void)body;
    request->server_side_encryption = s3kms_text("aws:kms");
    request->ssekms_key_id = raw("\xfe", 1);
}
CHANGE(empty_key_id) {
    (void)body;
    request->server_side_encryption = s3kms_text("aws:kms");
    request->ssekms_key_id = raw("", 0);
}
CHANGE(key_id_without_kms) { (void)body; request->ssekms_key_id = s3kms_text("alias/a"); }
CHANGE(kms_with_sse_c) {
    (void)body;
    request->server_side_encryption = s3kms_text("aws:kms");
    request->sse_customer_algorithm = s3kms_text("AES256");
    request->sse_customer_key = s3kms_text("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
}
CHANGE(context_no_json) {
    (void)body;
    request->server_side_encryption = s3kms_text("aws:kms");
    request->ssekms_encryption_context = s3kms_text("{\"a\":1}");
}
CHANGE(flag_out_of_range) {
    (void)body;
    request->server_side_encryption = s3kms_text("aws:kms");
    request->bucket_key_enabled = 77;
}
CHANGE(number_half_set) { (void)body; request->expires.present = 9; }
CHANGE(metadata_null_with_length) { (void)body; request->metadata.len = 2; }
CHANGE(metadata_without_a_name) {
    static s3kms_pair pair; /* all zero */
    (void)body;
    request->metadata.data = &pair;
    request->metadata.len = 1;
}
CHANGE(body_of_unknown_kind) { (void)request; body->kind = 99; }
CHANGE(body_null_with_length) { (void)request; body->data = NULL; }
CHANGE(body_of_negative_length) { (void)request; body->len = (size_t)-5; }
CHANGE(file_without_a_path) { (void)request; body->kind = S3KMS_BODY_FILE; }
CHANGE(file_that_is_missing) {
    (void)request;
    *body = s3kms_body_file("no/such/file");
}
CHANGE(file_of_negative_length) {
    (void)request;
    *body = s3kms_body_file("x");
    body->length = s3kms_number(-1);
}
CHANGE(file_of_negative_offset) {
    (void)request;
    *body = s3kms_body_file("x");
    body->offset = s3kms_number(-1);
}
CHANGE(stream_in_a_blocking_put) { (void)request; body->kind = S3KMS_BODY_STREAM; }

struct refusal {
    const char *name;
    void (*change)(s3kms_put_object_request *, s3kms_body *);
    uint32_t kind;
    const char *field; /* "": not one field */
};

#define ROW(change, kind, field) {#change, change, S3KMS_ERROR_##kind, field}

static const struct refusal REFUSALS[] = {
    ROW(null_bucket, INVALID_ARGUMENT, "bucket"),
    ROW(empty_bucket, INVALID_ARGUMENT, "bucket"),
    ROW(bucket_not_utf8, INVALID_ARGUMENT, "bucket"),
    ROW(bucket_null_with_length, INVALID_ARGUMENT, "bucket"),
    ROW(null_key, INVALID_ARGUMENT, "key"),
    ROW(empty_key, INVALID_ARGUMENT, "key"),
    ROW(key_not_utf8, INVALID_ARGUMENT, "key"),
    ROW(key_of_negative_length, INVALID_ARGUMENT, "key"),
    ROW(key_id_not_utf8, INVALID_ARGUMENT, "ssekms_key_id"),
    ROW(empty_key_id, INVALID_ARGUMENT, "ssekms_key_id"),
    ROW(key_id_without_kms, INVALID_ARGUMENT, "ssekms_key_id"),
    ROW(kms_with_sse_c, INVALID_ARGUMENT, "server_side_encryption"),
    ROW(context_no_json, INVALID_ARGUMENT, "ssekms_encryption_context"),
    ROW(flag_out_of_range, INVALID_ARGUMENT, "bucket_key_enabled"),
    ROW(number_half_set, INVALID_ARGUMENT, "expires"),
    ROW(metadata_null_with_length, INVALID_ARGUMENT, "metadata"),
    ROW(metadata_without_a_name, INVALID_ARGUMENT, "metadata"),
    ROW(body_of_unknown_kind, INVALID_ARGUMENT, "body.kind"),
    ROW(body_null_with_length, INVALID_ARGUMENT, "body.data"),
    ROW(body_of_negative_length, INVALID_ARGUMENT, "body.data"),
    ROW(file_without_a_path, INVALID_ARGUMENT, "body.path"),
    ROW(file_that_is_missing, FILE, ""),
    ROW(file_of_negative_length, INVALID_ARGUMENT, "body.length"),
    ROW(file_of_negative_offset, INVALID_ARGUMENT, "body.offset"),
    ROW(stream_in_a_blocking_put, INVALID_ARGUMENT, "body.kind"),
};

static void is_refused_by_name(const void *argument) {
    const struct refusal *refusal = (const struct refusal *)argument;
    struct told told = put_changed(refusal->change);
    if (told.kind != refusal->kind) printf("# kind %u: %s\n", (unsigned)told.kind, told.message);
    CHECK(told.kind == refusal->kind);
    CHECK(told.message[0] != 0);
    if (refusal->field[0]) CHECK_TEXT(told.field, refusal->field);
}

static void null_arguments_are_named(void) {
    s3kms_put_object_request put = put_request("x");
    s3kms_head_object_request head = head_request("x");
    s3kms_get_object_request get = get_request("x");
    s3kms_client_config config = strict_config();
    s3kms_opt_i64 length = S3KMS_INIT;
    s3kms_client *none = NULL;
    size_t len;
    CHECK_TEXT(take(s3kms_put_object(NULL, &put, NULL, NULL)).field, "client");
    CHECK_TEXT(take(s3kms_put_object(client, NULL, NULL, NULL)).field, "request");
    CHECK_TEXT(take(s3kms_head_object(NULL, &head, NULL)).field, "client");
    CHECK_TEXT(take(s3kms_head_object(client, NULL, NULL)).field, "request");
    CHECK_TEXT(take(s3kms_copy_object(client, NULL, NULL)).field, "request");
    CHECK_TEXT(take(s3kms_delete_object(client, NULL, NULL)).field, "request");
    CHECK_TEXT(take(s3kms_get_object(client, &get, NULL, NULL, NULL, NULL)).field, "out_download");
    CHECK_TEXT(take(s3kms_put_object_start(client, &put, length, NULL)).field, "out_upload");
    CHECK_TEXT(take(s3kms_upload_write(NULL, NULL, 0)).field, "upload");
    CHECK_TEXT(take(s3kms_upload_complete(NULL, NULL)).field, "upload");
    CHECK_TEXT(take(s3kms_download_read(NULL, NULL, 0, &len)).field, "download");
    CHECK_TEXT(take(s3kms_cancel(NULL, 1, NULL)).field, "client");
    CHECK_TEXT(take(s3kms_client_close(NULL)).field, "client");
    CHECK_TEXT(take(s3kms_client_new(NULL, NULL, NULL, &none)).field, "config");
    CHECK_TEXT(take(s3kms_client_new(&config, NULL, NULL, NULL)).field, "out_client");
    CHECK(none == NULL);
    s3kms_client_free(NULL);
    s3kms_upload_free(NULL);
    s3kms_download_free(NULL);
    s3kms_error_free(NULL);
    s3kms_put_object_result_free(NULL);
    s3kms_get_object_result_free(NULL);
}

static void a_configuration_that_makes_no_sense_is_named(void) {
    s3kms_client_config config = strict_config();
    s3kms_client *none = NULL;
    config.endpoint = s3kms_text("not a url");
    CHECK_TEXT(take(s3kms_client_new(&config, NULL, NULL, &none)).field, "endpoint");
    config = strict_config();
    config.max_attempts = s3kms_number(-3);
    CHECK_TEXT(take(s3kms_client_new(&config, NULL, NULL, &none)).field, "max_attempts");
    config = strict_config();
    config.region = raw("\xff", 1);
    CHECK_TEXT(take(s3kms_client_new(&config, NULL, NULL, &none)).field, "region");
    CHECK(none == NULL);
}

static struct told put_under(s3kms_client *by, const char *key_id) {
    s3kms_put_object_request request = put_request("refused");
    s3kms_body body = s3kms_body_bytes("x", 1);
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(key_id);
    return take(s3kms_put_object(by, &request, &body, NULL));
}

static void keys_that_do_not_work_are_refused_with_the_reason(void) {
    struct told told = put_under(client, setting("KEY_UNKNOWN"));
    CHECK(told.kind == S3KMS_ERROR_SERVICE && told.http_status == 400);
    CHECK_TEXT(told.code, "KMS.NotFoundException");
    told = put_under(client, setting("KEY_ASYMMETRIC"));
    CHECK(told.kind == S3KMS_ERROR_SERVICE);
    CHECK(strstr(told.message, "symmetric") != NULL);
    told = put_under(client, setting("KEY_DISABLED"));
    CHECK_TEXT(told.code, "KMS.DisabledException");
}

static void wrong_credentials_and_a_refused_connection(void) {
    s3kms_client_config config = strict_config();
    s3kms_client *other = NULL;
    s3kms_head_object_request head = head_request("x");
    s3kms_put_object_request put = put_request("x");
    struct told told;
    config.secret_access_key = s3kms_text("wrong");
    CHECK(succeeded(s3kms_client_new(&config, NULL, NULL, &other)));
    told = take(s3kms_put_object(other, &put, NULL, NULL));
    CHECK(told.kind == S3KMS_ERROR_SERVICE && told.http_status == 403);
    CHECK_TEXT(told.code, "SignatureDoesNotMatch");
    s3kms_client_free(other);

    config = strict_config();
    config.endpoint = s3kms_text("http://127.0.0.1:1");
    config.max_attempts = s3kms_number(1);
    CHECK(succeeded(s3kms_client_new(&config, NULL, NULL, &other)));
    told = take(s3kms_head_object(other, &head, NULL));
    CHECK(told.kind == S3KMS_ERROR_CONNECTION);
    s3kms_client_free(other);
}

static void kms_over_plain_http_beyond_loopback_is_refused(void) {
    s3kms_client_config config = strict_config();
    s3kms_client *other = NULL;
    struct told told;
    config.endpoint = s3kms_text("http://s3.invalid");
    CHECK(succeeded(s3kms_client_new(&config, NULL, NULL, &other)));
    told = put_under(other, setting("KEY_FIRST"));
    CHECK(told.kind == S3KMS_ERROR_INVALID_ARGUMENT);
    CHECK(strstr(told.hint, "allow_kms_over_http") != NULL || strstr(told.message, "allow_kms_over_http") != NULL);
    s3kms_client_free(other);
}

static void a_server_that_lies_about_encryption_is_found_out(void) {
    s3kms_put_object_request put = put_request("lie");
    s3kms_copy_object_request copy = S3KMS_INIT;
    s3kms_get_object_request get = get_request("lie");
    s3kms_body body = s3kms_body_bytes("x", 1);
    s3kms_download *download = NULL;
    char lie[600];
    put.server_side_encryption = s3kms_text("aws:kms");
    put.ssekms_key_id = s3kms_text(setting("KEY_FIRST"));
    CHECK(succeeded(s3kms_put_object(client, &put, &body, NULL)));
    copy.source_bucket = put.bucket;
    copy.source_key = put.key;
    copy.bucket = put.bucket;
    copy.key = object_key("lie/copy");
    copy.server_side_encryption = put.server_side_encryption;
    copy.ssekms_key_id = put.ssekms_key_id;
    get.expected_server_side_encryption = put.server_side_encryption;
    get.expected_ssekms_key_id = put.ssekms_key_id;

    snprintf(lie, sizeof lie, "{\"match\":{\"keyPrefix\":\"%s/lie\"},\"action\":{\"sseHeaders\":{\"keyId\":\"%s\"}}}",
             setting("PREFIX"), setting("KEY_SECOND"));
    set_fault(lie);
    CHECK(take(s3kms_put_object(client, &put, &body, NULL)).kind == S3KMS_ERROR_ENCRYPTION_MISMATCH);
    CHECK(take(s3kms_copy_object(client, &copy, NULL)).kind == S3KMS_ERROR_ENCRYPTION_MISMATCH);
    CHECK(take(s3kms_get_object(client, &get, NULL, NULL, NULL, &download)).kind == S3KMS_ERROR_ENCRYPTION_MISMATCH);
    clear_faults();
    snprintf(lie, sizeof lie, "{\"match\":{\"keyPrefix\":\"%s/lie\"},\"action\":{\"sseHeaders\":{\"drop\":true}}}",
             setting("PREFIX"));
    set_fault(lie);
    CHECK(take(s3kms_put_object(client, &put, &body, NULL)).kind == S3KMS_ERROR_ENCRYPTION_MISMATCH);
    clear_faults();
    CHECK(download == NULL);
    CHECK(succeeded(s3kms_get_object(client, &get, NULL, NULL, NULL, &download)));
    s3kms_download_free(download);
}

int main(void) {
    size_t i;
    client = strict_client(NULL, NULL);
    for (i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++)
        test_run_case(REFUSALS[i].name, is_refused_by_name, &REFUSALS[i]);
    RUN(null_arguments_are_named);
    RUN(a_configuration_that_makes_no_sense_is_named);
    RUN(keys_that_do_not_work_are_refused_with_the_reason);
    RUN(wrong_credentials_and_a_refused_connection);
    RUN(kms_over_plain_http_beyond_loopback_is_refused);
    RUN(a_server_that_lies_about_encryption_is_found_out);
    s3kms_client_free(client);
    return test_end();
}
