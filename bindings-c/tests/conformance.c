/* Runs the cases of tests/conformance against the recording server: what C puts on the wire is what every language puts
 * there. */
#include <dirent.h>
#include <stdlib.h>

#include "conformance.h"

/* Cases that C cannot express, by name, each with its reason. There are none; `left_out_is_exact` holds the list to that. */
static const struct left_out {
    const char *name, *reason;
} LEFT_OUT[] = {{NULL, NULL}};
enum { LEFT_OUT_COUNT = sizeof LEFT_OUT / sizeof LEFT_OUT[0] - 1 };
static size_t left_out_met;

static const struct left_out *find_left_out(const char *name) {
    const struct left_out *one = LEFT_OUT;
    while (one->name && strcmp(one->name, name) != 0) one++;
    return one->name ? one : NULL;
}

/* A listed case that does not exist is never met; one that could be run fails in run_case. */
static void left_out_is_exact(void) { CHECK(left_out_met == LEFT_OUT_COUNT); }

static int compare_names(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static char *read_file(const char *folder, const char *name) {
    char path[1200], *text;
    long size;
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = (char *)malloc((size_t)size + 1);
    text[fread(text, 1, (size_t)size, file)] = 0;
    fclose(file);
    return text;
}

static int expect_responses(const cJSON *responses) {
    char url[300], *text;
    cJSON *document = cJSON_CreateObject();
    struct http_answer answer;
    cJSON_AddItemToObject(document, "responses", responses ? cJSON_Duplicate(responses, 1) : cJSON_CreateArray());
    text = cJSON_PrintUnformatted(document);
    snprintf(url, sizeof url, "%s/expect", setting("CONTROL"));
    answer = http_send("POST", url, "Content-Type: application/json\r\n", text, strlen(text));
    http_free(&answer);
    free(text);
    cJSON_Delete(document);
    return answer.status == 200;
}

/* What was recorded since; to be deleted. */
static cJSON *recorded(void) {
    char url[300];
    struct http_answer answer;
    cJSON *document, *requests;
    snprintf(url, sizeof url, "%s/recorded", setting("CONTROL"));
    answer = http_send("GET", url, "", "", 0);
    document = answer.status == 200 ? cJSON_Parse(answer.body) : NULL;
    requests = cJSON_DetachItemFromObjectCaseSensitive(document, "requests");
    cJSON_Delete(document);
    http_free(&answer);
    return requests;
}

/* One run of a case. */
struct run {
    const cJSON *expect;
    s3kms_client *client;
    const char *problem;
    char content[1 << 16]; /* of a get, zero-terminated */
};

static s3kms_error *connect(const cJSON *overrides, struct run *run, struct arrays *arrays) {
    s3kms_client_config config = S3KMS_INIT;
    config.endpoint = s3kms_text(setting("RECORDING"));
    config.region = s3kms_text("us-east-1");
    config.access_key_id = s3kms_text("AKIDEXAMPLE");
    config.secret_access_key = s3kms_text("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    run->problem = fill_struct(&config, CLIENT_CONFIG_FIELDS, overrides, arrays);
    return run->problem ? NULL : s3kms_client_new(&config, NULL, NULL, &run->client);
}

/* Compares a result and frees it, where there is one. */
#define COMPARE_RESULT(result, fields, free_result)                                                                    \
    do {                                                                                                               \
        if (result && !run->problem)                                                                                   \
            run->problem = compare_struct(result, fields, cJSON_GetObjectItemCaseSensitive(run->expect, "result"));    \
        free_result(result);                                                                                           \
    } while (0)

static s3kms_error *push(struct run *run, const s3kms_put_object_request *request, const cJSON *body, const char *text,
                         s3kms_put_object_result **result) {
    s3kms_opt_i64 length = S3KMS_INIT;
    s3kms_upload *upload = NULL;
    s3kms_error *error;
    size_t half = strlen(text) / 2;
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "length_known"))) length = s3kms_number((int64_t)strlen(text));
    error = s3kms_put_object_start(run->client, request, length, &upload);
    if (error) return error;
    s3kms_error_free(s3kms_upload_write(upload, (const uint8_t *)text, half));
    s3kms_error_free(s3kms_upload_write(upload, (const uint8_t *)text + half, strlen(text) - half));
    error = s3kms_upload_complete(upload, result); /* says also why a write was not taken */
    s3kms_upload_free(upload);
    return error;
}

static s3kms_error *put(struct run *run, const cJSON *values, const cJSON *content, struct arrays *arrays) {
    s3kms_put_object_request request = S3KMS_INIT;
    s3kms_put_object_result *result = NULL;
    s3kms_body body = S3KMS_INIT;
    s3kms_error *error = NULL;
    const char *text = text_of(content, "text"), *file_text = text_of(content, "file_text");
    const char *stream_text = text_of(content, "stream_text");
    char path[1000];
    run->problem = fill_struct(&request, PUT_OBJECT_FIELDS, values, arrays);
    if (run->problem) return NULL;
    if (stream_text) {
        error = push(run, &request, content, stream_text, &result);
    } else {
        if (text) body = s3kms_body_bytes(text, strlen(text));
        if (file_text) {
            FILE *file;
            snprintf(path, sizeof path, "%s/body", setting("SCRATCH"));
            file = fopen(path, "wb");
            fputs(file_text, file);
            fclose(file);
            body = s3kms_body_file(path);
        }
        error = s3kms_put_object(run->client, &request, content ? &body : NULL, &result);
    }
    COMPARE_RESULT(result, PUT_OBJECT_RESULT, s3kms_put_object_result_free);
    return error;
}

static s3kms_error *get(struct run *run, const cJSON *values, struct arrays *arrays) {
    s3kms_get_object_request request = S3KMS_INIT;
    s3kms_get_object_result *result = NULL;
    s3kms_download *download = NULL;
    s3kms_error *error;
    size_t used = 0, len = 0;
    run->problem = fill_struct(&request, GET_OBJECT_FIELDS, values, arrays);
    if (run->problem) return NULL;
    error = s3kms_get_object(run->client, &request, NULL, &result, NULL, &download);
    while (!error) {
        error = s3kms_download_read(download, (uint8_t *)run->content + used, sizeof run->content - 1 - used, &len);
        if (error || len == 0) break;
        used += len;
    }
    run->content[used] = 0;
    s3kms_download_free(download);
    if (error) {
        s3kms_get_object_result_free(result);
        return error;
    }
    COMPARE_RESULT(result, GET_OBJECT_RESULT, s3kms_get_object_result_free);
    return NULL;
}

static s3kms_error *copy(struct run *run, const cJSON *values, struct arrays *arrays) {
    s3kms_copy_object_request request = S3KMS_INIT;
    s3kms_copy_object_result *result = NULL;
    s3kms_error *error;
    run->problem = fill_struct(&request, COPY_OBJECT_FIELDS, values, arrays);
    if (run->problem) return NULL;
    error = s3kms_copy_object(run->client, &request, &result);
    COMPARE_RESULT(result, COPY_OBJECT_RESULT, s3kms_copy_object_result_free);
    return error;
}

static s3kms_error *head(struct run *run, const cJSON *values, struct arrays *arrays) {
    s3kms_head_object_request request = S3KMS_INIT;
    s3kms_head_object_result *result = NULL;
    s3kms_error *error;
    run->problem = fill_struct(&request, HEAD_OBJECT_FIELDS, values, arrays);
    if (run->problem) return NULL;
    error = s3kms_head_object(run->client, &request, &result);
    COMPARE_RESULT(result, HEAD_OBJECT_RESULT, s3kms_head_object_result_free);
    return error;
}

static s3kms_error *delete_object(struct run *run, const cJSON *values, struct arrays *arrays) {
    s3kms_delete_object_request request = S3KMS_INIT;
    s3kms_delete_object_result *result = NULL;
    s3kms_error *error;
    run->problem = fill_struct(&request, DELETE_OBJECT_FIELDS, values, arrays);
    if (run->problem) return NULL;
    error = s3kms_delete_object(run->client, &request, &result);
    COMPARE_RESULT(result, DELETE_OBJECT_RESULT, s3kms_delete_object_result_free);
    return error;
}

static s3kms_error *presign(struct run *run, const cJSON *values, struct arrays *arrays) {
    s3kms_presign_request request = S3KMS_INIT;
    s3kms_presign_result *result = NULL;
    s3kms_error *error;
    const cJSON *url = cJSON_GetObjectItemCaseSensitive(run->expect, "url");
    run->problem = fill_struct(&request, PRESIGN_FIELDS, values, arrays);
    if (run->problem) return NULL;
    error = s3kms_presign(run->client, &request, &result);
    if (result && url) run->problem = compare_url(result, url, setting("RECORDING"));
    COMPARE_RESULT(result, PRESIGN_RESULT, s3kms_presign_result_free);
    return error;
}

static s3kms_error *call(struct run *run, const cJSON *one, struct arrays *arrays) {
    const char *operation = text_of(one, "operation");
    const cJSON *values = cJSON_GetObjectItemCaseSensitive(one, "request");
    if (strcmp(operation, "put_object") == 0)
        return put(run, values, cJSON_GetObjectItemCaseSensitive(one, "body"), arrays);
    if (strcmp(operation, "get_object") == 0) return get(run, values, arrays);
    if (strcmp(operation, "copy_object") == 0) return copy(run, values, arrays);
    if (strcmp(operation, "head_object") == 0) return head(run, values, arrays);
    if (strcmp(operation, "delete_object") == 0) return delete_object(run, values, arrays);
    if (strcmp(operation, "presign") == 0) return presign(run, values, arrays);
    run->problem = because("no operation is called %s", operation);
    return NULL;
}

static const char *judge(struct run *run, const s3kms_error *error) {
    const cJSON *expected_error = cJSON_GetObjectItemCaseSensitive(run->expect, "error");
    const cJSON *requests = cJSON_GetObjectItemCaseSensitive(run->expect, "requests");
    const char *content = text_of(run->expect, "content"), *problem;
    cJSON *sent;
    if (run->problem) return run->problem;
    if (error && !expected_error)
        return because("failed: %s: %s", s3kms_c_str(error->field_name), s3kms_c_str(error->message));
    if (!error && expected_error) return "succeeded, where an error is expected";
    if (error && (problem = compare_error(error, expected_error))) return problem;
    if (content && strcmp(content, run->content) != 0) return because("content is '%s'", run->content);
    sent = recorded();
    if (!sent) return "the recording server did not answer";
    /* Where no requests are named (a presign) there must be none. */
    problem = compare_requests(sent, requests);
    cJSON_Delete(sent);
    return problem;
}

static void run_case(const void *argument) {
    static struct run run;
    const cJSON *one = (const cJSON *)argument;
    const struct left_out *excuse = find_left_out(text_of(one, "name"));
    struct arrays arrays;
    s3kms_error *error;
    const char *problem;
    memset(&arrays, 0, sizeof arrays);
    memset(&run, 0, sizeof run);
    run.expect = cJSON_GetObjectItemCaseSensitive(one, "expect");
    CHECK(expect_responses(cJSON_GetObjectItemCaseSensitive(one, "responses")));
    error = connect(cJSON_GetObjectItemCaseSensitive(one, "client"), &run, &arrays);
    if (!error && !run.problem) error = call(&run, one, &arrays);
    problem = judge(&run, error);
    s3kms_error_free(error);
    s3kms_client_free(run.client);
    free_arrays(&arrays);
    if (excuse) {
        left_out_met++;
        if (!problem) test_fail("case", 0, text_of(one, "name"), "it is left out, and could be run: take it off the list");
        return;
    }
    if (problem) test_fail("case", 0, text_of(one, "name"), problem);
}

static void run_file(const char *folder, const char *name) {
    char *text = read_file(folder, name);
    cJSON *cases = text ? cJSON_Parse(text) : NULL;
    const cJSON *one;
    if (!cJSON_IsArray(cases)) {
        fprintf(stderr, "%s is not an array of cases\n", name);
        exit(2);
    }
    cJSON_ArrayForEach(one, cases) test_run_case(text_of(one, "name"), run_case, one);
    cJSON_Delete(cases);
    free(text);
}

int main(void) {
    const char *folder = setting("CASES");
    DIR *directory = opendir(folder);
    struct dirent *entry;
    char *names[100];
    size_t count = 0, i;
    while (directory && (entry = readdir(directory)) && count < sizeof names / sizeof names[0]) {
        size_t len = strlen(entry->d_name);
        if (len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0) {
            names[count] = (char *)malloc(len + 1);
            memcpy(names[count++], entry->d_name, len + 1);
        }
    }
    if (directory) closedir(directory);
    qsort(names, count, sizeof names[0], compare_names);
    for (i = 0; i < count; i++) {
        run_file(folder, names[i]);
        free(names[i]);
    }
    RUN(left_out_is_exact);
    return test_end();
}
