/* Deletes an object: delete BUCKET KEY. */
#include "common.h"

int main(int argc, char **argv) {
    s3kms_client *client = NULL;
    s3kms_delete_object_request request = S3KMS_INIT;
    s3kms_error *error;
    int status = 0;
    if (argc < 3) return usage("delete BUCKET KEY");
    request.bucket = s3kms_text(argv[1]);
    request.key = s3kms_text(argv[2]);

    error = connect_client(NULL, NULL, &client);
    if (!error) error = s3kms_delete_object(client, &request, NULL);
    if (error)
        status = fail(error);
    else
        printf("deleted\n");
    s3kms_client_free(client);
    return status;
}
