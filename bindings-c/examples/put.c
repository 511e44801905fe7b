/* Stores a file under a KMS key: put BUCKET KEY FILE [KMS-KEY]. Without a key: the AWS managed key aws/s3. */
#include "common.h"

int main(int argc, char **argv) {
    s3kms_client *client = NULL;
    s3kms_put_object_request request = S3KMS_INIT;
    s3kms_put_object_result *result = NULL;
    s3kms_body body;
    s3kms_error *error;
    int status = 0;
    if (argc < 4) return usage("put BUCKET KEY FILE [KMS-KEY]");
    request.bucket = s3kms_text(argv[1]);
    request.key = s3kms_text(argv[2]);
    request.server_side_encryption = s3kms_text("aws:kms");
    if (argc > 4) request.ssekms_key_id = s3kms_text(argv[4]);
    body = s3kms_body_file(argv[3]);

    error = connect_client(NULL, NULL, &client);
    if (!error) error = s3kms_put_object(client, &request, &body, &result);
    if (error)
        status = fail(error);
    else
        printf("stored, %s under %s\n", s3kms_c_str(result->server_side_encryption), s3kms_c_str(result->ssekms_key_id));
    s3kms_put_object_result_free(result);
    s3kms_client_free(client);
    return status;
}
