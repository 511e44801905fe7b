package bench;

import com.amazonaws.ClientConfiguration;
import com.amazonaws.HttpMethod;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.AmazonS3ClientBuilder;
import com.amazonaws.services.s3.model.GeneratePresignedUrlRequest;
import com.amazonaws.services.s3.model.GetObjectRequest;
import com.amazonaws.services.s3.model.ObjectMetadata;
import com.amazonaws.services.s3.model.PutObjectRequest;
import com.amazonaws.services.s3.model.S3Object;
import com.amazonaws.services.s3.model.SSEAlgorithm;
import com.amazonaws.services.s3.model.SSEAwsKeyManagementParams;
import com.amazonaws.util.VersionInfoUtils;
import java.io.ByteArrayInputStream;
import java.util.Date;

/** The AWS SDK for Java 1.x with its only HTTP client. */
public final class Main implements Client {
    private static final long QUARTER_HOUR = 900_000;

    private final Settings settings;
    private final AmazonS3 s3;

    private Main(Settings settings) throws Exception {
        this.settings = settings;
        settings.trustByProperties();
        s3 = AmazonS3ClientBuilder.standard()
                .withEndpointConfiguration(new EndpointConfiguration(settings.endpoint, Settings.REGION))
                .withPathStyleAccessEnabled(true)
                .withCredentials(new AWSStaticCredentialsProvider(new BasicAWSCredentials(settings.accessKey, settings.secretKey)))
                .withClientConfiguration(new ClientConfiguration().withMaxConnections(Math.max(50, settings.inFlight)))
                .build();
    }

    public static void main(String[] args) {
        // The notice that it is no longer maintained costs output, not work.
        System.setProperty("aws.java.v1.disableDeprecationAnnouncement", "true");
        Harness.main(args, Main::new);
    }

    @Override
    public String version() {
        return VersionInfoUtils.getVersion();
    }

    @Override
    public void run() throws Exception {
        switch (settings.workload) {
            case "presign-put", "presign-get" -> presign();
            case "put-1k", "put-8m", "put-8m-file", "first-put" -> s3.putObject(put());
            default -> {
                try (S3Object object = s3.getObject(new GetObjectRequest(Settings.BUCKET, settings.key))) {
                    settings.drain(object.getObjectContent());
                }
            }
        }
    }

    private PutObjectRequest put() {
        PutObjectRequest request;
        if (settings.file != null) {
            request = new PutObjectRequest(Settings.BUCKET, settings.key, settings.file.toFile());
        } else {
            ObjectMetadata metadata = new ObjectMetadata();
            metadata.setContentLength(settings.body.length);
            request = new PutObjectRequest(Settings.BUCKET, settings.key, new ByteArrayInputStream(settings.body), metadata);
        }
        if (settings.endpoint.startsWith("https:")) {
            return request.withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(Settings.KMS_KEY));
        }
        // It refuses SSEAwsKeyManagementParams over plain http.
        request.putCustomRequestHeader("x-amz-server-side-encryption", "aws:kms");
        request.putCustomRequestHeader("x-amz-server-side-encryption-aws-kms-key-id", Settings.KMS_KEY);
        return request;
    }

    private void presign() {
        GeneratePresignedUrlRequest request = new GeneratePresignedUrlRequest(Settings.BUCKET, settings.key,
                "presign-put".equals(settings.workload) ? HttpMethod.PUT : HttpMethod.GET)
                .withExpiration(new Date(System.currentTimeMillis() + QUARTER_HOUR));
        if (request.getMethod() == HttpMethod.PUT) {
            request.withSSEAlgorithm(SSEAlgorithm.KMS).withKmsCmkId(Settings.KMS_KEY);
        }
        s3.generatePresignedUrl(request);
    }
}
