/* Signs a URL with which somebody may store an object under a KMS key for a quarter of an hour, and prints the curl command
 * that uses it: presign BUCKET KEY KMS-KEY FILE. */
#include "common.h"

int main(int argc, char **argv) {
    s3kms_client *client = NULL;
    s3kms_presign_request request = S3KMS_INIT;
    s3kms_presign_result *result = NULL;
    s3kms_error *error;
    size_t i;
    int status = 0;
    if (argc < 5) return usage("presign BUCKET KEY KMS-KEY FILE");
    request.bucket = s3kms_text(argv[1]);
    request.key = s3kms_text(argv[2]);
    request.method = s3kms_text("PUT");
    request.expires_in_seconds = s3kms_number(900);
    request.server_side_encryption = s3kms_text("aws:kms");
    request.ssekms_key_id = s3kms_text(argv[3]);

    error = connect_client(NULL, NULL, &client);
    if (!error) error = s3kms_presign(client, &request, &result);
    if (error) {
        status = fail(error);
    } else {
        /* Every one of these headers must be sent, exactly so. */
        printf("curl --fail --upload-file '%s'", argv[4]);
        for (i = 0; i < result->signed_headers.len; i++)
            printf(" --header '%s: %s'", s3kms_c_str(result->signed_headers.data[i].name),
                   s3kms_c_str(result->signed_headers.data[i].text));
        printf(" '%s'\n", s3kms_c_str(result->url));
    }
    s3kms_presign_result_free(result);
    s3kms_client_free(client);
    return status;
}
