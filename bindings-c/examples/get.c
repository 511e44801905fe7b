/* Reads an object to a file, only if it is encrypted under the key that is expected: get BUCKET KEY FILE [KMS-KEY]. */
#include "common.h"

int main(int argc, char **argv) {
    s3kms_client *client = NULL;
    s3kms_get_object_request request = S3KMS_INIT;
    s3kms_get_object_result *result = NULL;
    s3kms_target target = S3KMS_INIT;
    s3kms_error *error;
    uint64_t length = 0;
    int status = 0;
    if (argc < 4) return usage("get BUCKET KEY FILE [KMS-KEY]");
    request.bucket = s3kms_text(argv[1]);
    request.key = s3kms_text(argv[2]);
    if (argc > 4) {
        request.expected_server_side_encryption = s3kms_text("aws:kms");
        request.expected_ssekms_key_id = s3kms_text(argv[4]);
    }
    target.kind = S3KMS_TARGET_FILE;
    target.path = s3kms_text(argv[3]);

    error = connect_client(NULL, NULL, &client);
    if (!error) error = s3kms_get_object(client, &request, &target, &result, &length, NULL);
    if (error)
        status = fail(error);
    else
        printf("read %llu bytes, %s under %s\n", (unsigned long long)length, s3kms_c_str(result->server_side_encryption),
               s3kms_c_str(result->ssekms_key_id));
    s3kms_get_object_result_free(result);
    s3kms_client_free(client);
    return status;
}
