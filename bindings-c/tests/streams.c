/* Content that is pushed and content that is read piece by piece. */
#include <stdlib.h>

#include "support.h"

enum { PIECE = 300000, LARGE = 12000000 };

static s3kms_upload *start(s3kms_client *client, const char *name, long length) {
    s3kms_put_object_request request = put_request(name);
    s3kms_opt_i64 total = S3KMS_INIT;
    s3kms_upload *upload = NULL;
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(setting("KEY_FIRST"));
    if (length >= 0) total = s3kms_number(length);
    if (!succeeded(s3kms_put_object_start(client, &request, total, &upload))) return NULL;
    return upload;
}

/* Pushes `length` bytes of fill(); 1 where all were taken. */
static int push(s3kms_upload *upload, size_t length) {
    static uint8_t piece[PIECE];
    size_t at;
    for (at = 0; at < length; at += PIECE) {
        size_t len = length - at < PIECE ? length - at : (size_t)PIECE;
        fill(piece, len, at);
        if (!succeeded(s3kms_upload_write(upload, piece, len))) return 0;
    }
    return 1;
}

/* Reads a download to its end and compares with fill(); the number of bytes, or -1. */
static long drain(s3kms_download *download) {
    static uint8_t got[PIECE], expected[PIECE];
    size_t at = 0, len = 0;
    for (;;) {
        if (!succeeded(s3kms_download_read(download, got, sizeof got, &len))) return -1;
        if (len == 0) return (long)at;
        fill(expected, len, at);
        if (memcmp(got, expected, len) != 0) return -1;
        at += len;
    }
}

static s3kms_download *open_download(s3kms_client *client, const char *name) {
    s3kms_get_object_request request = get_request(name);
    s3kms_download *download = NULL;
    if (!succeeded(s3kms_get_object(client, &request, NULL, NULL, NULL, &download))) return NULL;
    return download;
}

static void round_trip(const void *argument) {
    const long *plan = (const long *)argument; /* bytes, declared length (-1: unknown) */
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_upload *upload = start(client, "streamed", plan[1]);
    s3kms_put_object_result *result = NULL;
    s3kms_download *download;
    CHECK(upload != NULL);
    CHECK(push(upload, (size_t)plan[0]));
    CHECK(succeeded(s3kms_upload_complete(upload, &result)));
    CHECK_TEXT(s3kms_c_str(result->ssekms_key_id), setting("KEY_FIRST"));
    s3kms_put_object_result_free(result);
    s3kms_upload_free(upload);
    download = open_download(client, "streamed");
    CHECK(download != NULL);
    CHECK(drain(download) == plan[0]);
    s3kms_download_free(download);
    s3kms_client_free(client);
}

static void pushed_less_than_declared_is_an_error_and_stores_nothing(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_upload *upload = start(client, "short", 1000);
    s3kms_head_object_request head = head_request("short");
    struct told told;
    CHECK(upload != NULL);
    CHECK(push(upload, 10));
    told = take(s3kms_upload_complete(upload, NULL));
    CHECK(told.kind == S3KMS_ERROR_BODY);
    s3kms_upload_free(upload);
    CHECK(take(s3kms_head_object(client, &head, NULL)).http_status == 404);
    s3kms_client_free(client);
}

static void an_abandoned_upload_stores_nothing(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_upload *upload = start(client, "abandoned", 1000);
    s3kms_head_object_request head = head_request("abandoned");
    int i;
    CHECK(upload != NULL);
    CHECK(push(upload, 1000)); /* all that was declared: only the completion is missing */
    s3kms_upload_free(upload);
    /* Round trips, so that an upload that went on all the same would have arrived. */
    for (i = 0; i < 30; i++) CHECK(take(s3kms_head_object(client, &head, NULL)).http_status == 404);
    s3kms_client_free(client);
}

static void a_failed_upload_says_why_where_it_is_pushed_to(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_put_object_request request = put_request("unknown-key");
    s3kms_opt_i64 unknown = S3KMS_INIT;
    s3kms_upload *upload = NULL;
    static uint8_t piece[PIECE];
    struct told told;
    int i;
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(setting("KEY_UNKNOWN"));
    CHECK(succeeded(s3kms_put_object_start(client, &request, unknown, &upload)));
    memset(&told, 0, sizeof told);
    for (i = 0; i < 200 && told.kind == 0; i++) told = take(s3kms_upload_write(upload, piece, sizeof piece));
    CHECK_TEXT(told.code, "KMS.NotFoundException");
    CHECK(told.kind == S3KMS_ERROR_SERVICE);
    told = take(s3kms_upload_complete(upload, NULL));
    CHECK_TEXT(told.code, "KMS.NotFoundException");
    told = take(s3kms_upload_write(upload, piece, 1));
    CHECK(told.kind == S3KMS_ERROR_CLOSED);
    told = take(s3kms_upload_complete(upload, NULL));
    CHECK(told.kind == S3KMS_ERROR_CLOSED);
    s3kms_upload_free(upload);
    s3kms_client_free(client);
}

static void handles_outlive_their_client_closed(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_upload *upload = start(client, "outlives", -1);
    s3kms_put_object_request put = put_request("small");
    s3kms_body body = s3kms_body_bytes("s", 1);
    s3kms_download *download;
    uint8_t byte;
    size_t len = 0;
    CHECK(upload != NULL);
    CHECK(succeeded(s3kms_put_object(client, &put, &body, NULL)));
    download = open_download(client, "small");
    CHECK(download != NULL);
    s3kms_client_free(client);
    CHECK(take(s3kms_upload_write(upload, &byte, 1)).kind != 0);
    CHECK(take(s3kms_upload_complete(upload, NULL)).kind == S3KMS_ERROR_CANCELLED);
    CHECK(take(s3kms_download_read(download, &byte, 1, &len)).kind == S3KMS_ERROR_CLOSED);
    s3kms_upload_free(upload);
    s3kms_download_free(download);
}

static void pushed_and_read_by_callback(void) {
    struct inbox inbox;
    s3kms_client *client;
    s3kms_put_object_request put = put_request("pushed");
    s3kms_get_object_request get = get_request("pushed");
    s3kms_body body = S3KMS_INIT;
    static uint8_t piece[PIECE], got[PIECE];
    struct outcome outcome;
    struct told told;
    uint64_t id = 0, tag = 100, total = 0, download;
    size_t at, len = 0;
    uint8_t came;
    int at_once = 0;
    inbox_open(&inbox);
    client = strict_client(inbox_complete, &inbox);
    body.kind = S3KMS_BODY_STREAM;
    CHECK(succeeded(s3kms_put_object_submit(client, &put, &body, 1, &id)));
    for (at = 0; at < LARGE; at += PIECE) {
        fill(piece, PIECE, at);
        CHECK(succeeded(s3kms_upload_write_submit(client, id, piece, PIECE, ++tag)));
        outcome = inbox_wait(&inbox, tag);
        CHECK(outcome.error.kind == 0 && outcome.operation == S3KMS_COMPLETION_UPLOAD_WRITE);
    }
    CHECK(succeeded(s3kms_upload_finish(client, id)));
    CHECK_TEXT(inbox_wait(&inbox, 1).error.message, "");
    CHECK(take(s3kms_upload_finish(client, id)).kind == S3KMS_ERROR_CLOSED);

    CHECK(succeeded(s3kms_get_object_submit(client, &get, NULL, 2, NULL)));
    outcome = inbox_wait(&inbox, 2);
    CHECK(outcome.content_kind == S3KMS_CONTENT_STREAM);
    download = outcome.download;
    do {
        CHECK(succeeded(s3kms_download_read_now(client, download, got, PIECE, &len, &came)));
        if (came == S3KMS_TRUE) {
            at_once++;
        } else {
            CHECK(came == S3KMS_FALSE);
            CHECK(succeeded(s3kms_download_read_submit(client, download, got, PIECE, ++tag, &id)));
            outcome = inbox_wait(&inbox, tag);
            CHECK(id != 0);
            CHECK(outcome.error.kind == 0 && outcome.operation == S3KMS_COMPLETION_DOWNLOAD_READ);
            CHECK(outcome.content_kind == S3KMS_CONTENT_DELIVERED);
            len = (size_t)outcome.content_length;
        }
        CHECK(len <= PIECE);
        fill(piece, len, total);
        CHECK(memcmp(piece, got, len) == 0);
        total += len;
    } while (len > 0);
    CHECK(total == LARGE);
    CHECK(at_once > 0);
    told = take(s3kms_download_read_now(client, download, got, 0, &len, &came));
    CHECK_TEXT(told.field, "capacity");
    told = take(s3kms_download_read_now(client, download, NULL, 1, &len, &came));
    CHECK_TEXT(told.field, "data");
    told = take(s3kms_download_read_submit(client, download, got, 0, ++tag, NULL));
    CHECK_TEXT(told.field, "capacity");
    told = take(s3kms_download_read_submit(client, download, NULL, 1, ++tag, NULL));
    CHECK_TEXT(told.field, "data");
    CHECK(succeeded(s3kms_download_close(client, download)));
    CHECK(succeeded(s3kms_download_close(client, download)));
    CHECK(take(s3kms_download_read_submit(client, download, got, 1, ++tag, NULL)).kind == S3KMS_ERROR_CLOSED);
    CHECK(take(s3kms_download_read_now(client, download, got, 1, &len, &came)).kind == S3KMS_ERROR_CLOSED);
    s3kms_client_free(client);
    inbox_close(&inbox);
}

static void a_download_may_be_left_half_read(void) {
    s3kms_client *client = strict_client(NULL, NULL);
    s3kms_download *download = open_download(client, "pushed");
    uint8_t byte;
    size_t len = 0;
    struct told told;
    CHECK(download != NULL);
    CHECK(succeeded(s3kms_download_read(download, &byte, 1, &len)));
    CHECK(len == 1);
    told = take(s3kms_download_read(download, &byte, 0, &len));
    CHECK(told.kind == S3KMS_ERROR_INVALID_ARGUMENT);
    CHECK_TEXT(told.field, "capacity");
    s3kms_download_free(download);
    s3kms_client_free(client);
}

int main(void) {
    static const long nothing[] = {0, -1}, small[] = {1000, -1}, known[] = {1000000, 1000000}, large[] = {LARGE, -1};
    test_run_case("streamed_nothing_of_unknown_length", round_trip, nothing);
    test_run_case("streamed_a_little_of_unknown_length", round_trip, small);
    test_run_case("streamed_a_known_length", round_trip, known);
    test_run_case("streamed_much_of_unknown_length", round_trip, large);
    RUN(pushed_less_than_declared_is_an_error_and_stores_nothing);
    RUN(an_abandoned_upload_stores_nothing);
    RUN(a_failed_upload_says_why_where_it_is_pushed_to);
    RUN(handles_outlive_their_client_closed);
    RUN(pushed_and_read_by_callback);
    RUN(a_download_may_be_left_half_read);
    return test_end();
}
