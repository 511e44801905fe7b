/* The demo's steps in C, against the packed archive. What each step prints is said in ../README.md. */
#define _POSIX_C_SOURCE 200809L

#include <s3kms.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

static const char CONTENT[] = "The quick brown fox jumps over the lazy dog.\n";
static const size_t LENGTH = sizeof CONTENT - 1;
static s3kms_client *client;
static const char *bucket;

static const char *setting(const char *name) {
    char full[64];
    snprintf(full, sizeof full, "S3KMS_DEMO_%s", name);
    const char *value = getenv(full);
    return value && *value ? value : NULL;
}

/* PREFIX/step */
static const char *object(const char *step) {
    static char names[8][256];
    static unsigned next;
    char *name = names[next++ % 8];
    snprintf(name, sizeof names[0], "%s/%s", setting("PREFIX"), step);
    return name;
}

static void json(const char *name, const char *text) {
    printf(",\"%s\":\"", name);
    for (; text && *text; text++) {
        if (*text == '"' || *text == '\\') printf("\\%c", *text);
        else if ((unsigned char)*text < 0x20) printf("\\u%04x", (unsigned)*text);
        else putchar(*text);
    }
    putchar('"');
}

static void tell(const char *step, int ok, const char *algorithm, const char *key, const char *name, const char *note,
                 const char *code) {
    printf("{\"step\":\"%s\",\"ok\":%s", step, ok ? "true" : "false");
    if (algorithm) json("algorithm", algorithm);
    if (key) json("keyArn", key);
    if (name) json("object", name);
    if (code) json("code", code);
    json("note", note);
    puts("}");
    fflush(stdout);
}

static void tell_error(const char *step, s3kms_error *error) {
    tell(step, 0, NULL, NULL, NULL, s3kms_c_str(error->message), s3kms_c_str(error->s3_code));
    s3kms_error_free(error);
}

static s3kms_error *put(const char *name, const char *kms_key, s3kms_put_object_result **result) {
    s3kms_put_object_request request = S3KMS_INIT;
    s3kms_body body = s3kms_body_bytes(CONTENT, LENGTH);
    request.bucket = s3kms_text(bucket);
    request.key = s3kms_text(name);
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(kms_key);
    return s3kms_put_object(client, &request, &body, result);
}

/* Reads an object into memory of ours and compares it. */
static int is_our_content(const char *name) {
    char memory[256];
    s3kms_get_object_request request = S3KMS_INIT;
    s3kms_target target = S3KMS_INIT;
    s3kms_get_object_result *result = NULL;
    uint64_t length = 0;
    request.bucket = s3kms_text(bucket);
    request.key = s3kms_text(name);
    target.kind = S3KMS_TARGET_BUFFER;
    target.data = (uint8_t *)memory;
    target.capacity = sizeof memory;
    s3kms_error *error = s3kms_get_object(client, &request, &target, &result, &length, NULL);
    int same = !error && length == LENGTH && memcmp(memory, CONTENT, LENGTH) == 0;
    s3kms_get_object_result_free(result);
    s3kms_error_free(error);
    return same;
}

static void put_step(const char *step, const char *kms_key) {
    const char *name = object(step);
    s3kms_put_object_result *result = NULL;
    s3kms_error *error = put(name, kms_key, &result);
    if (error) {
        tell_error(step, error);
        return;
    }
    int same = is_our_content(name);
    tell(step, same, s3kms_c_str(result->server_side_encryption), s3kms_c_str(result->ssekms_key_id), name,
         same ? "verified" : "other content came back", NULL);
    s3kms_put_object_result_free(result);
}

static void copy_step(const char *step, const char *source, const char *kms_key) {
    const char *name = object(step);
    s3kms_copy_object_request request = S3KMS_INIT;
    s3kms_copy_object_result *result = NULL;
    request.source_bucket = request.bucket = s3kms_text(bucket);
    request.source_key = s3kms_text(source);
    request.key = s3kms_text(name);
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(kms_key);
    s3kms_error *error = s3kms_copy_object(client, &request, &result);
    if (error) {
        tell_error(step, error);
        return;
    }
    int same = is_our_content(name);
    tell(step, same, s3kms_c_str(result->server_side_encryption), s3kms_c_str(result->ssekms_key_id), name,
         same ? "verified" : "other content came back", NULL);
    s3kms_copy_object_result_free(result);
}

/* The plain HTTP client: curl with the URL and exactly the headers that came with it. Returns its status. */
static int curl(const s3kms_presign_result *presigned, const char *upload, const char *download) {
    char headers[16][600];
    char *arguments[48] = {"curl", "--silent", "--show-error", "--fail"};
    size_t n = 4, i;
    for (i = 0; i < presigned->signed_headers.len && i < 16; i++) {
        const s3kms_pair *pair = &presigned->signed_headers.data[i];
        snprintf(headers[i], sizeof headers[i], "%s: %s", s3kms_c_str(pair->name), s3kms_c_str(pair->text));
        arguments[n++] = "--header";
        arguments[n++] = headers[i];
    }
    if (setting("CA")) {
        arguments[n++] = "--cacert";
        arguments[n++] = (char *)setting("CA");
    }
    arguments[n++] = upload ? "--upload-file" : "--output";
    arguments[n++] = (char *)(upload ? upload : download);
    arguments[n++] = (char *)s3kms_c_str(presigned->url);
    arguments[n] = NULL;
    pid_t child;
    int status = -1;
    if (posix_spawnp(&child, "curl", NULL, NULL, arguments, environ) != 0 || waitpid(child, &status, 0) < 0) return -1;
    return status;
}

static s3kms_error *presign(const char *method, const char *name, const char *kms_key, s3kms_presign_result **result) {
    s3kms_presign_request request = S3KMS_INIT;
    request.bucket = s3kms_text(bucket);
    request.key = s3kms_text(name);
    request.method = s3kms_text(method);
    request.expires_in_seconds = s3kms_number(300);
    if (kms_key) {
        request.server_side_encryption = s3kms_text("aws:kms");
        request.ssekms_key_id = s3kms_text(kms_key);
    }
    return s3kms_presign(client, &request, result);
}

static const char *scratch(const char *name) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("S3KMS_WORK"), name);
    return path;
}

/* What the server says of an object. */
static void tell_head(const char *step, const char *name, int ok, const char *note) {
    s3kms_head_object_request request = S3KMS_INIT;
    s3kms_head_object_result *result = NULL;
    request.bucket = s3kms_text(bucket);
    request.key = s3kms_text(name);
    s3kms_error *error = s3kms_head_object(client, &request, &result);
    if (error) {
        tell_error(step, error);
        return;
    }
    tell(step, ok, s3kms_c_str(result->server_side_encryption), s3kms_c_str(result->ssekms_key_id), name, note, NULL);
    s3kms_head_object_result_free(result);
}

static void presigned_put_step(const char *step, const char *kms_key) {
    const char *name = object(step), *path = scratch("upload.bin");
    s3kms_presign_result *presigned = NULL;
    FILE *file = fopen(path, "wb");
    int written = file && fwrite(CONTENT, 1, LENGTH, file) == LENGTH;
    if (file) fclose(file);
    s3kms_error *error = presign("PUT", name, kms_key, &presigned);
    if (error) {
        tell_error(step, error);
        return;
    }
    int ok = written && curl(presigned, path, NULL) == 0 && is_our_content(name);
    s3kms_presign_result_free(presigned);
    tell_head(step, name, ok, ok ? "verified" : "curl could not use the URL");
}

static void presigned_get_step(const char *step, const char *kms_key) {
    const char *name = object(step), *path = scratch("download.bin");
    char memory[256] = {0};
    s3kms_put_object_result *stored = NULL;
    s3kms_presign_result *presigned = NULL;
    s3kms_error *error = put(name, kms_key, &stored);
    s3kms_put_object_result_free(stored);
    if (!error) error = presign("GET", name, NULL, &presigned);
    if (error) {
        tell_error(step, error);
        return;
    }
    int ok = curl(presigned, NULL, path) == 0;
    FILE *file = fopen(path, "rb");
    ok = ok && file && fread(memory, 1, sizeof memory, file) == LENGTH && memcmp(memory, CONTENT, LENGTH) == 0;
    if (file) fclose(file);
    s3kms_presign_result_free(presigned);
    tell_head(step, name, ok, ok ? "verified" : "curl did not get the content");
}

static void refused_step(const char *step, const char *kms_key) {
    s3kms_put_object_result *result = NULL;
    s3kms_error *error = put(object(step), kms_key, &result);
    if (!error) {
        tell(step, 0, NULL, NULL, NULL, "not refused", NULL);
        s3kms_put_object_result_free(result);
        return;
    }
    tell(step, error->kind == S3KMS_ERROR_SERVICE, NULL, NULL, NULL, s3kms_c_str(error->message), s3kms_c_str(error->s3_code));
    s3kms_error_free(error);
}

int main(void) {
    s3kms_client_config config = S3KMS_INIT;
    config.endpoint = s3kms_text(setting("ENDPOINT"));
    config.region = s3kms_text(setting("REGION"));
    config.access_key_id = s3kms_text(setting("ACCESS_KEY"));
    config.secret_access_key = s3kms_text(setting("SECRET_KEY"));
    config.session_token = s3kms_text(setting("SESSION_TOKEN"));
    config.ca_file = s3kms_text(setting("CA"));
    bucket = setting("BUCKET");
    s3kms_error *error = s3kms_client_new(&config, NULL, NULL, &client);
    if (error) {
        fprintf(stderr, "client: %s\n", s3kms_c_str(error->message));
        s3kms_error_free(error);
        return 1;
    }
    const char *first = setting("KEY1"), *second = setting("KEY2");
    put_step("put-managed", NULL);
    if (first) put_step("put-customer-key", first);
    if (first && second) copy_step("copy-other-key", object("put-customer-key"), second);
    if (first) presigned_put_step("presigned-put", first);
    if (first) presigned_get_step("presigned-get", first);
    if (setting("UNKNOWN")) refused_step("unknown-key", setting("UNKNOWN"));
    if (setting("ASYMMETRIC")) refused_step("asymmetric-key", setting("ASYMMETRIC"));
    s3kms_client_free(client);
    return 0;
}
