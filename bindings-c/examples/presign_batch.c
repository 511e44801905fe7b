/* Signs one URL for each of many objects, with which somebody may store them under a KMS key for a quarter of an hour: prints the
 * headers that every upload must carry, then the URLs: presign_batch BUCKET KMS-KEY KEY... */
#include "common.h"

int main(int argc, char **argv) {
    s3kms_client *client = NULL;
    s3kms_presign_request request = S3KMS_INIT;
    s3kms_presign_batch_result *result = NULL;
    s3kms_str *keys;
    s3kms_error *error;
    size_t i, count;
    int status = 0;
    if (argc < 4) return usage("presign_batch BUCKET KMS-KEY KEY...");
    count = (size_t)argc - 3;
    keys = calloc(count, sizeof *keys);
    if (!keys) return 1;
    for (i = 0; i < count; i++) keys[i] = s3kms_text(argv[3 + i]);
    request.bucket = s3kms_text(argv[1]);
    request.method = s3kms_text("PUT");
    request.expires_in_seconds = s3kms_number(900);
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(argv[2]);

    error = connect_client(NULL, NULL, &client);
    if (!error) error = s3kms_presign_batch(client, &request, keys, count, &result);
    if (error) {
        status = fail(error);
    } else {
        for (i = 0; i < result->signed_headers.len; i++)
            printf("%s: %s\n", s3kms_c_str(result->signed_headers.data[i].name), s3kms_c_str(result->signed_headers.data[i].text));
        for (i = 0; i < result->url_count; i++) printf("%s\n", s3kms_c_str(result->urls[i]));
    }
    s3kms_presign_batch_result_free(result);
    s3kms_client_free(client);
    free(keys);
    return status;
}
