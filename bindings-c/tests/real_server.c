/* Against a real S3 server that no one here wrote, over http and TLS. Where it is known to differ from S3
 * (S3KMS_REAL_DIFFERENCES), the difference is asserted: the day it goes, the test says so. Run by real-server.sh. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

extern char **environ;

static char *differences;

/* The file of expected differences, read once. */
static void load_differences(void) {
    const char *path = getenv("S3KMS_REAL_DIFFERENCES");
    FILE *file = path ? fopen(path, "rb") : NULL;
    differences = (char *)calloc(1, 1 << 18);
    if (!file) return;
    if (fread(differences, 1, (1 << 18) - 1, file) == 0) exit(2);
    fclose(file);
}

static int differs(const char *name) {
    char quoted[120];
    snprintf(quoted, sizeof quoted, "\"%s\"", name);
    return strstr(differences, quoted) != NULL;
}

static s3kms_client *connect_to(const char *endpoint_setting) {
    s3kms_client_config config = strict_config();
    s3kms_client *client = NULL;
    config.endpoint = s3kms_text(setting(endpoint_setting));
    if (strncmp(setting(endpoint_setting), "https", 5) == 0) config.ca_file = s3kms_text(setting("CA"));
    if (!succeeded(s3kms_client_new(&config, NULL, NULL, &client))) exit(2);
    return client;
}

static s3kms_put_object_request put_under(const char *name, const char *key_id) {
    s3kms_put_object_request request = put_request(name);
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(key_id);
    return request;
}

static int same_key(s3kms_str reported, const char *asked) {
    const char *at = strrchr(s3kms_c_str(reported), '/');
    return strcmp(at ? at + 1 : s3kms_c_str(reported), asked) == 0;
}

static void put_head_get_and_delete_under_a_key(const void *endpoint) {
    s3kms_client *client = connect_to((const char *)endpoint);
    s3kms_put_object_request put = put_under("real", setting("KEY_FIRST"));
    s3kms_head_object_request head = head_request("real");
    s3kms_get_object_request get = get_request("real");
    s3kms_delete_object_request gone = S3KMS_INIT;
    s3kms_head_object_result *found = NULL;
    static uint8_t content[3000000], got[3000000];
    s3kms_body body = s3kms_body_bytes(content, sizeof content);
    s3kms_target target = S3KMS_INIT;
    uint64_t length = 0;
    fill(content, sizeof content, 0);
    put.ssekms_encryption_context = s3kms_text("{\"order\":\"1\"}");
    CHECK(succeeded(s3kms_put_object(client, &put, &body, NULL)));
    CHECK(succeeded(s3kms_head_object(client, &head, &found)));
    CHECK_TEXT(s3kms_c_str(found->server_side_encryption), "aws:kms");
    CHECK(same_key(found->ssekms_key_id, setting("KEY_FIRST")));
    s3kms_head_object_result_free(found);
    get.expected_server_side_encryption = s3kms_text("aws:kms");
    get.expected_ssekms_key_id = put.ssekms_key_id;
    target.kind = S3KMS_TARGET_BUFFER;
    target.data = got;
    target.capacity = sizeof got;
    CHECK(succeeded(s3kms_get_object(client, &get, &target, NULL, &length, NULL)));
    CHECK(length == sizeof content && memcmp(got, content, sizeof content) == 0);
    get.expected_ssekms_key_id = s3kms_text(setting("KEY_SECOND"));
    CHECK(take(s3kms_get_object(client, &get, &target, NULL, &length, NULL)).kind == S3KMS_ERROR_ENCRYPTION_MISMATCH);
    gone.bucket = put.bucket;
    gone.key = put.key;
    CHECK(succeeded(s3kms_delete_object(client, &gone, NULL)));
    CHECK(take(s3kms_head_object(client, &head, NULL)).http_status == 404);
    s3kms_client_free(client);
}

static void a_pushed_upload_of_unknown_length_is_encrypted(const void *endpoint) {
    s3kms_client *client = connect_to((const char *)endpoint);
    s3kms_put_object_request put = put_under("real-pushed", setting("KEY_SECOND"));
    s3kms_head_object_request head = head_request("real-pushed");
    s3kms_head_object_result *found = NULL;
    s3kms_opt_i64 unknown = S3KMS_INIT;
    s3kms_upload *upload = NULL;
    static uint8_t piece[1000000];
    int i;
    CHECK(succeeded(s3kms_put_object_start(client, &put, unknown, &upload)));
    for (i = 0; i < 11; i++) CHECK(succeeded(s3kms_upload_write(upload, piece, sizeof piece)));
    CHECK(succeeded(s3kms_upload_complete(upload, NULL)));
    s3kms_upload_free(upload);
    CHECK(succeeded(s3kms_head_object(client, &head, &found)));
    CHECK(found->content_length.number == 11000000);
    CHECK(same_key(found->ssekms_key_id, setting("KEY_SECOND")));
    s3kms_head_object_result_free(found);
    s3kms_client_free(client);
}

static void a_presigned_put_is_used_by_a_stranger(void) {
    s3kms_client *client = connect_to("ENDPOINT");
    s3kms_presign_request request = S3KMS_INIT;
    s3kms_presign_result *url = NULL;
    s3kms_head_object_request head = head_request("real-shared");
    s3kms_head_object_result *found = NULL;
    struct http_answer answer;
    char lines[2000];
    size_t i, used = 0;
    request.bucket = head.bucket;
    request.key = head.key;
    request.method = s3kms_text("PUT");
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(setting("KEY_FIRST"));
    CHECK(succeeded(s3kms_presign(client, &request, &url)));
    for (i = 0; i < url->signed_headers.len; i++)
        used += (size_t)snprintf(lines + used, sizeof lines - used, "%s: %s\r\n",
                                 s3kms_c_str(url->signed_headers.data[i].name), s3kms_c_str(url->signed_headers.data[i].text));
    answer = http_send("PUT", s3kms_c_str(url->url), lines, "shared", 6);
    CHECK(answer.status == 200);
    http_free(&answer);
    answer = http_send("PUT", s3kms_c_str(url->url), "", "shared", 6);
    CHECK(answer.status == 403);
    http_free(&answer);
    s3kms_presign_result_free(url);
    CHECK(succeeded(s3kms_head_object(client, &head, &found)));
    CHECK(same_key(found->ssekms_key_id, setting("KEY_FIRST")));
    s3kms_head_object_result_free(found);
    s3kms_client_free(client);
}

/* Runs the curl binary, which is nobody of ours; its exit status. `pairs` become headers. */
static int curl(const char *const *arguments, s3kms_pairs pairs, const char *url) {
    static char headers[16][1000];
    const char *words[64] = {"curl", "--silent", "--show-error", "--fail", "--noproxy", "*"};
    size_t count = 6, i;
    pid_t child;
    int status = -1;
    while (*arguments) words[count++] = *arguments++;
    if (pairs.len > sizeof headers / sizeof headers[0]) return -1;
    for (i = 0; i < pairs.len; i++) {
        snprintf(headers[i], sizeof headers[i], "%s: %s", s3kms_c_str(pairs.data[i].name), s3kms_c_str(pairs.data[i].text));
        words[count++] = "--header";
        words[count++] = headers[i];
    }
    words[count++] = url;
    words[count] = NULL;
    if (posix_spawnp(&child, "curl", NULL, NULL, (char *const *)words, environ) != 0) return -1;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int write_file(const char *path, const void *data, size_t len) {
    FILE *file = fopen(path, "wb");
    int whole = file && fwrite(data, 1, len, file) == len;
    return file && fclose(file) == 0 && whole;
}

static int file_holds(const char *path, const void *data, size_t len) {
    char *got = (char *)malloc(len + 1);
    FILE *file = fopen(path, "rb");
    int same = file && fread(got, 1, len + 1, file) == len && memcmp(got, data, len) == 0;
    if (file) fclose(file);
    free(got);
    return same;
}

static void curl_uses_presigned_urls(const void *endpoint) {
    s3kms_client *client = connect_to((const char *)endpoint);
    s3kms_presign_request request = S3KMS_INIT;
    s3kms_presign_result *put = NULL, *get = NULL;
    s3kms_head_object_request head = head_request("real-curl");
    s3kms_delete_object_request gone = S3KMS_INIT;
    s3kms_head_object_result *found = NULL;
    static uint8_t content[200000];
    char from[1000], to[1000];
    const char *upload[] = {"--cacert", setting("CA"), "--upload-file", from, NULL};
    const char *download[] = {"--cacert", setting("CA"), "--output", to, NULL};
    s3kms_pairs none = S3KMS_INIT;
    fill(content, sizeof content, 7);
    snprintf(from, sizeof from, "%s/curl-from", setting("SCRATCH"));
    snprintf(to, sizeof to, "%s/curl-to", setting("SCRATCH"));
    remove(to);
    CHECK(write_file(from, content, sizeof content));
    request.bucket = head.bucket;
    request.key = head.key;
    request.method = s3kms_text("GET");
    CHECK(succeeded(s3kms_presign(client, &request, &get)));
    request.method = s3kms_text("PUT");
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(setting("KEY_SECOND"));
    CHECK(succeeded(s3kms_presign(client, &request, &put)));
    CHECK(put->signed_headers.len > 0);
    CHECK(curl(upload, put->signed_headers, s3kms_c_str(put->url)) == 0);
    CHECK(curl(download, get->signed_headers, s3kms_c_str(get->url)) == 0);
    CHECK(file_holds(to, content, sizeof content));
    CHECK(curl(upload, none, s3kms_c_str(put->url)) == 22); /* --fail: the server answered with an error */
    CHECK(succeeded(s3kms_head_object(client, &head, &found)));
    CHECK_TEXT(s3kms_c_str(found->server_side_encryption), "aws:kms");
    CHECK(same_key(found->ssekms_key_id, setting("KEY_SECOND")));
    s3kms_head_object_result_free(found);
    gone.bucket = head.bucket;
    gone.key = head.key;
    CHECK(succeeded(s3kms_delete_object(client, &gone, NULL)));
    s3kms_presign_result_free(put);
    s3kms_presign_result_free(get);
    s3kms_client_free(client);
}

static void a_wrong_secret_is_an_error_of_the_service(void) {
    s3kms_client_config config = strict_config();
    s3kms_client *client = NULL;
    s3kms_put_object_request put = put_under("real-forged", setting("KEY_FIRST"));
    struct told told;
    config.secret_access_key = s3kms_text("this/is/not/the/secret");
    CHECK(succeeded(s3kms_client_new(&config, NULL, NULL, &client)));
    told = take(s3kms_put_object(client, &put, NULL, NULL));
    CHECK(told.kind == S3KMS_ERROR_SERVICE && told.http_status == 403);
    CHECK_TEXT(told.code, "SignatureDoesNotMatch");
    CHECK(strstr(told.message, "this/is/not/the/secret") == NULL);
    s3kms_client_free(client);
}

static void kms_without_key_id(void) {
    s3kms_client *client = connect_to("ENDPOINT");
    s3kms_put_object_request put = put_request("real-managed");
    struct told told;
    put.server_side_encryption = s3kms_text("aws:kms");
    told = take(s3kms_put_object(client, &put, NULL, NULL));
    if (differs("kms-without-key-id"))
        CHECK(told.kind == S3KMS_ERROR_SERVICE && told.http_status == 400);
    else
        CHECK(told.kind == 0);
    s3kms_client_free(client);
}

static void unknown_key(void) {
    s3kms_client *client = connect_to("ENDPOINT");
    s3kms_put_object_request put = put_under("real-unknown", "00000000-0000-4000-8000-000000000000");
    struct told told = take(s3kms_put_object(client, &put, NULL, NULL));
    CHECK(told.kind == S3KMS_ERROR_SERVICE);
    if (differs("unknown-key")) {
        CHECK(told.http_status == 403);
    } else {
        CHECK_TEXT(told.code, "KMS.NotFoundException");
    }
    s3kms_client_free(client);
}

static void copies(void) {
    s3kms_client *client = connect_to("ENDPOINT");
    s3kms_put_object_request plain = put_request("real-plain");
    s3kms_put_object_request encrypted = put_under("real-encrypted", setting("KEY_FIRST"));
    s3kms_copy_object_request copy = S3KMS_INIT;
    struct told told;
    CHECK(succeeded(s3kms_put_object(client, &plain, NULL, NULL)));
    CHECK(succeeded(s3kms_put_object(client, &encrypted, NULL, NULL)));
    copy.bucket = copy.source_bucket = plain.bucket;
    copy.source_key = plain.key;
    copy.key = object_key("real-copy");
    copy.server_side_encryption = s3kms_text("aws:kms");
    copy.ssekms_key_id = s3kms_text(setting("KEY_SECOND"));
    told = take(s3kms_copy_object(client, &copy, NULL));
    CHECK(told.kind == (differs("copy-to-kms-stores-plaintext") ? S3KMS_ERROR_ENCRYPTION_MISMATCH : 0));
    copy.source_key = encrypted.key;
    told = take(s3kms_copy_object(client, &copy, NULL));
    CHECK(differs("copy-from-encrypted") ? told.http_status == 501 : told.kind == 0);
    s3kms_client_free(client);
}

static void a_certificate_that_is_not_trusted_is_refused(void) {
    s3kms_client_config config = strict_config();
    s3kms_client *client = NULL;
    s3kms_head_object_request head = head_request("x");
    config.endpoint = s3kms_text(setting("TLS_ENDPOINT"));
    config.max_attempts = s3kms_number(1);
    CHECK(succeeded(s3kms_client_new(&config, NULL, NULL, &client)));
    CHECK(take(s3kms_head_object(client, &head, NULL)).kind == S3KMS_ERROR_CONNECTION);
    s3kms_client_free(client);
}

int main(void) {
    load_differences();
    test_run_case("put_head_get_and_delete_over_http", put_head_get_and_delete_under_a_key, "ENDPOINT");
    test_run_case("put_head_get_and_delete_over_tls", put_head_get_and_delete_under_a_key, "TLS_ENDPOINT");
    test_run_case("pushed_upload_over_http", a_pushed_upload_of_unknown_length_is_encrypted, "ENDPOINT");
    test_run_case("pushed_upload_over_tls", a_pushed_upload_of_unknown_length_is_encrypted, "TLS_ENDPOINT");
    RUN(a_presigned_put_is_used_by_a_stranger);
    test_run_case("curl_uses_presigned_urls_over_http", curl_uses_presigned_urls, "ENDPOINT");
    test_run_case("curl_uses_presigned_urls_over_tls", curl_uses_presigned_urls, "TLS_ENDPOINT");
    RUN(a_wrong_secret_is_an_error_of_the_service);
    RUN(kms_without_key_id);
    RUN(unknown_key);
    RUN(copies);
    RUN(a_certificate_that_is_not_trusted_is_refused);
    free(differences);
    return test_end();
}
