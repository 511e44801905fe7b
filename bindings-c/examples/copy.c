/* Copies an object, the copy under another KMS key: copy BUCKET SOURCE-KEY DESTINATION-KEY KMS-KEY. */
#include "common.h"

int main(int argc, char **argv) {
    s3kms_client *client = NULL;
    s3kms_copy_object_request request = S3KMS_INIT;
    s3kms_copy_object_result *result = NULL;
    s3kms_error *error;
    int status = 0;
    if (argc < 5) return usage("copy BUCKET SOURCE-KEY DESTINATION-KEY KMS-KEY");
    request.source_bucket = s3kms_text(argv[1]);
    request.source_key = s3kms_text(argv[2]);
    request.bucket = s3kms_text(argv[1]);
    request.key = s3kms_text(argv[3]);
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(argv[4]);

    error = connect_client(NULL, NULL, &client);
    if (!error) error = s3kms_copy_object(client, &request, &result);
    if (error)
        status = fail(error);
    else
        printf("copied, %s under %s\n", s3kms_c_str(result->server_side_encryption), s3kms_c_str(result->ssekms_key_id));
    s3kms_copy_object_result_free(result);
    s3kms_client_free(client);
    return status;
}
