/* Stores several objects at once and cancels the last one: callback BUCKET KEY-PREFIX [KMS-KEY]. */
#include <pthread.h>
#include <string.h>

#include "common.h"

enum { OBJECTS = 8 };

struct progress {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int ended, stored, cancelled;
};

/* Runs on a worker thread of the library: note what happened and return. `completion` is gone afterwards. */
static void on_completion(void *context, uint64_t tag, const s3kms_completion *completion) {
    struct progress *progress = (struct progress *)context;
    pthread_mutex_lock(&progress->lock);
    if (!completion->error)
        progress->stored++;
    else if (completion->error->kind == S3KMS_ERROR_CANCELLED)
        progress->cancelled++;
    else
        fprintf(stderr, "object %llu: %s\n", (unsigned long long)tag, s3kms_c_str(completion->error->message));
    progress->ended++;
    pthread_cond_signal(&progress->changed);
    pthread_mutex_unlock(&progress->lock);
}

int main(int argc, char **argv) {
    static struct progress progress = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0};
    /* The contents must stay until their completions. */
    static char contents[OBJECTS][32], key[1024];
    s3kms_client *client = NULL;
    s3kms_error *error;
    uint64_t id = 0;
    int i, submitted = 0, status = 0;
    if (argc < 3) return usage("callback BUCKET KEY-PREFIX [KMS-KEY]");
    error = connect_client(on_completion, &progress, &client);
    for (i = 0; i < OBJECTS && !error; i++) {
        s3kms_put_object_request request = S3KMS_INIT;
        s3kms_body body;
        snprintf(key, sizeof key, "%s%d", argv[2], i); /* read only during the call */
        snprintf(contents[i], sizeof contents[i], "content of object %d", i);
        body = s3kms_body_bytes(contents[i], strlen(contents[i]));
        request.bucket = s3kms_text(argv[1]);
        request.key = s3kms_text(key);
        request.server_side_encryption = s3kms_text("aws:kms");
        if (argc > 3) request.ssekms_key_id = s3kms_text(argv[3]);
        error = s3kms_put_object_submit(client, &request, &body, (uint64_t)i, &id);
        if (!error) submitted++;
    }
    /* The last one may have ended already: then this does nothing. Either way it completes once. */
    if (!error) error = s3kms_cancel(client, id, NULL);
    pthread_mutex_lock(&progress.lock);
    while (progress.ended < submitted) pthread_cond_wait(&progress.changed, &progress.lock);
    pthread_mutex_unlock(&progress.lock);
    s3kms_client_free(client);
    if (error) return fail(error);
    printf("%d stored, %d cancelled\n", progress.stored, progress.cancelled);
    if (progress.stored + progress.cancelled != OBJECTS) status = 1;
    return status;
}
