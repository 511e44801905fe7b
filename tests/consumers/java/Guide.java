// The snippets of README.md and docs/java.md, compiled as a stranger would.
import io.s3kms.AmazonS3;
import io.s3kms.AmazonS3ClientBuilder;
import io.s3kms.HttpMethod;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.PresignedRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.PutObjectResult;
import io.s3kms.model.S3Object;
import io.s3kms.model.SSEAlgorithm;
import io.s3kms.model.SSEAwsKeyManagementParams;
import io.s3kms.util.IOUtils;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.util.List;

final class Guide {
    private Guide() {}

    static void put(String bucketName, String keyName, File file, String keyID) {
        AmazonS3 s3 = AmazonS3ClientBuilder.standard().withRegion("eu-central-1").build();
        PutObjectRequest putRequest = new PutObjectRequest(bucketName, keyName, file)
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(keyID));
        PutObjectResult stored = s3.putObject(putRequest);
        System.out.println("encrypted under " + stored.getSSEAwsKmsKeyId());
    }

    static byte[] get(AmazonS3 s3, String bucketName, String keyName, String keyID) throws IOException {
        GetObjectRequest getRequest = new GetObjectRequest(bucketName, keyName)
                .withExpectedSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(keyID));
        try (S3Object object = s3.getObject(getRequest)) {
            return IOUtils.toByteArray(object.getObjectContent());
        }
    }

    static int presign(AmazonS3 s3, String bucketName, List<String> keys, String keyID) {
        GeneratePresignedUrlRequest template = new GeneratePresignedUrlRequest(bucketName, null, HttpMethod.PUT)
                .withSSEAlgorithm(SSEAlgorithm.KMS).withKmsCmkId(keyID);
        List<URL> urls = s3.generatePresignedUrls(template, keys);
        List<PresignedRequest> withHeaders = s3.presign(template, keys);
        return urls.size() + withHeaders.size();
    }
}
