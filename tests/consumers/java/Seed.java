// Rows J1, J2, J3, J6 and J7 of "Specifying AWS KMS in Amazon S3 using the AWS SDKs", as applications of the AWS SDK for Java
// 1.x write them. Only the imports were renamed: com.amazonaws.services.s3 → io.s3kms, then com.amazonaws → io.s3kms.
import io.s3kms.ClientConfiguration;
import io.s3kms.HttpMethod;
import io.s3kms.auth.AWSCredentialsProvider;
import io.s3kms.AmazonS3;
import io.s3kms.AmazonS3Client;
import io.s3kms.model.CopyObjectRequest;
import io.s3kms.model.CopyObjectResult;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PresignedRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.PutObjectResult;
import io.s3kms.model.SSEAlgorithm;
import io.s3kms.model.SSEAwsKeyManagementParams;
import java.io.File;
import java.io.InputStream;
import java.net.URL;
import java.util.Date;

final class Seed {
    private Seed() {}

    /** J1: put under the AWS managed key. */
    static PutObjectResult putManaged(AmazonS3 s3client, String bucketName, String keyName, File file) {
        PutObjectRequest putRequest = new PutObjectRequest(bucketName, keyName, file)
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams());
        return s3client.putObject(putRequest);
    }

    /** J2 and J3: upload a file under a customer managed key. */
    static PutObjectResult putCustomerKey(AmazonS3 s3client, String bucketName, String keyName, File file, String keyID) {
        PutObjectRequest putRequest = new PutObjectRequest(bucketName, keyName, file)
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(keyID));
        return s3client.putObject(putRequest);
    }

    /** J3: upload a stream with metadata. */
    static PutObjectResult putStream(AmazonS3 s3client, String bucketName, String keyName, InputStream input, long length, String keyID) {
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setContentType("text/plain");
        metadata.setContentLength(length);
        metadata.addUserMetadata("title", "someTitle");
        return s3client.putObject(new PutObjectRequest(bucketName, keyName, input, metadata)
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(keyID)));
    }

    /** J6: copy to another key. */
    static CopyObjectResult copy(AmazonS3 s3client, String bucketName, String sourceKey, String targetKey, String keyID) {
        CopyObjectRequest copyRequest = new CopyObjectRequest(bucketName, sourceKey, bucketName, targetKey)
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(keyID));
        return s3client.copyObject(copyRequest);
    }

    /** J7: Signature Version 4 asked for explicitly. */
    static AmazonS3Client signatureVersion4(AWSCredentialsProvider credentialsProvider, ClientConfiguration clientConfiguration) {
        clientConfiguration.setSignerOverride("AWSS3V4SignerType");
        return new AmazonS3Client(credentialsProvider, clientConfiguration);
    }

    /** J7: a presigned URL. */
    static URL presignGet(AmazonS3 s3client, String bucketName, String keyName) {
        Date expiration = new Date(System.currentTimeMillis() + 5 * 60 * 1000);
        return s3client.generatePresignedUrl(
                new GeneratePresignedUrlRequest(bucketName, keyName, HttpMethod.GET).withExpiration(expiration));
    }

    /** J7, for an upload under a key; new here: the headers that the uploader must send come with the URL. */
    static PresignedRequest presignPut(AmazonS3 s3client, String bucketName, String keyName, String keyID) {
        return s3client.presign(new GeneratePresignedUrlRequest(bucketName, keyName, HttpMethod.PUT)
                .withSSEAlgorithm(SSEAlgorithm.KMS)
                .withKmsCmkId(keyID));
    }
}
