/* Stores what comes from standard input, whatever its length, with bounded memory: upload BUCKET KEY [KMS-KEY]. */
#include "common.h"

int main(int argc, char **argv) {
    static uint8_t piece[1 << 18];
    s3kms_client *client = NULL;
    s3kms_put_object_request request = S3KMS_INIT;
    s3kms_opt_i64 unknown = S3KMS_INIT;
    s3kms_put_object_result *result = NULL;
    s3kms_upload *upload = NULL;
    s3kms_error *error;
    size_t len;
    int status = 0;
    if (argc < 3) return usage("upload BUCKET KEY [KMS-KEY] <CONTENT");
    request.bucket = s3kms_text(argv[1]);
    request.key = s3kms_text(argv[2]);
    request.server_side_encryption = s3kms_text("aws:kms");
    if (argc > 3) request.ssekms_key_id = s3kms_text(argv[3]);

    error = connect_client(NULL, NULL, &client);
    if (!error) error = s3kms_put_object_start(client, &request, unknown, &upload);
    while (!error && (len = fread(piece, 1, sizeof piece, stdin)) > 0) error = s3kms_upload_write(upload, piece, len);
    /* Input that broke off must not become an object: an upload that is freed without being completed stores nothing. */
    if (!error && ferror(stdin)) {
        fprintf(stderr, "error: standard input could not be read\n");
        status = 1;
    } else if (!error) {
        error = s3kms_upload_complete(upload, &result);
    }
    if (error)
        status = fail(error);
    else if (result)
        printf("stored, %s under %s\n", s3kms_c_str(result->server_side_encryption), s3kms_c_str(result->ssekms_key_id));
    s3kms_put_object_result_free(result);
    s3kms_upload_free(upload);
    s3kms_client_free(client);
    return status;
}
