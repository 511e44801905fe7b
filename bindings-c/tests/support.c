#include "support.h"

#include <stdlib.h>

const char *setting(const char *name) {
    char full[80];
    const char *value;
    snprintf(full, sizeof full, "S3KMS_T_%s", name);
    value = getenv(full);
    if (!value || !*value) {
        fprintf(stderr, "%s is not set: start the tests with bindings-c/tests/run.sh\n", full);
        exit(2);
    }
    return value;
}

s3kms_client_config strict_config(void) {
    s3kms_client_config config = S3KMS_INIT;
    config.endpoint = s3kms_text(setting("ENDPOINT"));
    config.region = s3kms_text(setting("REGION"));
    config.access_key_id = s3kms_text(setting("ACCESS_KEY"));
    config.secret_access_key = s3kms_text(setting("SECRET_KEY"));
    config.force_path_style = S3KMS_TRUE;
    return config;
}

s3kms_client *strict_client(s3kms_completion_fn completion, void *context) {
    s3kms_client_config config = strict_config();
    s3kms_client *client = NULL;
    s3kms_error *error = s3kms_client_new(&config, completion, context, &client);
    if (error) {
        fprintf(stderr, "no client: %s\n", s3kms_c_str(error->message));
        exit(2);
    }
    return client;
}

s3kms_str object_key(const char *name) {
    static char texts[4096][128];
    static size_t used;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    char *text;
    pthread_mutex_lock(&lock);
    text = texts[used++ % 4096];
    pthread_mutex_unlock(&lock);
    snprintf(text, sizeof texts[0], "%s/%s", setting("PREFIX"), name);
    return s3kms_text(text);
}

s3kms_put_object_request put_request(const char *name) {
    s3kms_put_object_request request = S3KMS_INIT;
    request.bucket = s3kms_text(setting("BUCKET"));
    request.key = object_key(name);
    return request;
}

s3kms_get_object_request get_request(const char *name) {
    s3kms_get_object_request request = S3KMS_INIT;
    request.bucket = s3kms_text(setting("BUCKET"));
    request.key = object_key(name);
    return request;
}

s3kms_head_object_request head_request(const char *name) {
    s3kms_head_object_request request = S3KMS_INIT;
    request.bucket = s3kms_text(setting("BUCKET"));
    request.key = object_key(name);
    return request;
}

static void copy_text(char *to, size_t room, s3kms_str text) { snprintf(to, room, "%s", s3kms_c_str(text)); }

static struct told read_error(const s3kms_error *error) {
    struct told told;
    memset(&told, 0, sizeof told);
    if (!error) return told;
    told.kind = error->kind;
    told.http_status = error->http_status;
    copy_text(told.code, sizeof told.code, error->s3_code);
    copy_text(told.field, sizeof told.field, error->field_name);
    copy_text(told.message, sizeof told.message, error->message);
    copy_text(told.hint, sizeof told.hint, error->hint);
    return told;
}

struct told take(s3kms_error *error) {
    struct told told = read_error(error);
    s3kms_error_free(error);
    return told;
}

int succeeded(s3kms_error *error) {
    if (!error) return 1;
    printf("# error %u: %s (status %u, code %s)\n", (unsigned)error->kind, s3kms_c_str(error->message),
           (unsigned)error->http_status, s3kms_c_str(error->s3_code));
    s3kms_error_free(error);
    return 0;
}

void inbox_open(struct inbox *inbox) {
    memset(inbox, 0, sizeof *inbox);
    pthread_mutex_init(&inbox->lock, NULL);
    pthread_cond_init(&inbox->came, NULL);
}

void inbox_close(struct inbox *inbox) {
    size_t i;
    for (i = 0; i < inbox->count; i++) free(inbox->list[i].bytes);
    free(inbox->list);
    pthread_cond_destroy(&inbox->came);
    pthread_mutex_destroy(&inbox->lock);
}

static void read_result(struct outcome *outcome, s3kms_str e_tag, s3kms_str algorithm, s3kms_str key_id) {
    copy_text(outcome->e_tag, sizeof outcome->e_tag, e_tag);
    copy_text(outcome->algorithm, sizeof outcome->algorithm, algorithm);
    copy_text(outcome->key_id, sizeof outcome->key_id, key_id);
}

#define READ(from) read_result(&outcome, from->e_tag, from->server_side_encryption, from->ssekms_key_id)

void inbox_complete(void *context, uint64_t tag, const s3kms_completion *completion) {
    struct inbox *inbox = (struct inbox *)context;
    struct outcome outcome;
    memset(&outcome, 0, sizeof outcome);
    outcome.tag = tag;
    outcome.operation = completion->operation;
    outcome.error = read_error(completion->error);
    outcome.content_kind = completion->content.kind;
    outcome.content_length = completion->content.length;
    outcome.download = completion->content.download;
    if (completion->put_object) READ(completion->put_object);
    if (completion->copy_object) READ(completion->copy_object);
    if (completion->get_object) READ(completion->get_object);
    if (completion->head_object) READ(completion->head_object);
    if (completion->content.kind == S3KMS_CONTENT_INLINE) {
        outcome.bytes = (char *)malloc((size_t)completion->content.length + 1);
        memcpy(outcome.bytes, completion->content.data, (size_t)completion->content.length);
        outcome.bytes[completion->content.length] = 0;
    }
    pthread_mutex_lock(&inbox->lock);
    if (inbox->count == inbox->room) {
        inbox->room = inbox->room ? inbox->room * 2 : 64;
        inbox->list = (struct outcome *)realloc(inbox->list, inbox->room * sizeof *inbox->list);
    }
    inbox->list[inbox->count++] = outcome;
    pthread_cond_broadcast(&inbox->came);
    pthread_mutex_unlock(&inbox->lock);
}

struct outcome inbox_wait(struct inbox *inbox, uint64_t tag) {
    struct outcome found;
    size_t seen = 0;
    pthread_mutex_lock(&inbox->lock);
    for (;;) {
        for (; seen < inbox->count; seen++) {
            if (inbox->list[seen].tag == tag) {
                found = inbox->list[seen];
                pthread_mutex_unlock(&inbox->lock);
                return found;
            }
        }
        pthread_cond_wait(&inbox->came, &inbox->lock);
    }
}

size_t inbox_count(struct inbox *inbox) {
    size_t count;
    pthread_mutex_lock(&inbox->lock);
    count = inbox->count;
    pthread_mutex_unlock(&inbox->lock);
    return count;
}

static void control(const char *method, const char *json) {
    char url[300];
    struct http_answer answer;
    snprintf(url, sizeof url, "%s/_s3kms/faults", setting("ENDPOINT"));
    answer = http_send(method, url, "Content-Type: application/json\r\n", json, strlen(json));
    if (answer.status / 100 != 2) {
        fprintf(stderr, "the server did not take the fault: %d %s\n", answer.status, answer.body ? answer.body : "");
        exit(2);
    }
    http_free(&answer);
}

void set_fault(const char *json) { control("POST", json); }
void clear_faults(void) { control("DELETE", ""); }

void fill(uint8_t *data, size_t len, uint64_t from) {
    size_t i;
    for (i = 0; i < len; i++) {
        uint64_t at = from + i;
        data[i] = (uint8_t)(at ^ (at >> 8) * 31 ^ (at >> 16) * 17);
    }
}
