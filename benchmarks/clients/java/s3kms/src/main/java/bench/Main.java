package bench;

import io.s3kms.AmazonS3;
import io.s3kms.AmazonS3Client;
import io.s3kms.AmazonS3ClientBuilder;
import io.s3kms.ClientConfiguration;
import io.s3kms.HttpMethod;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.client.builder.AwsClientBuilder.EndpointConfiguration;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.S3Object;
import io.s3kms.model.SSEAlgorithm;
import io.s3kms.model.SSEAwsKeyManagementParams;
import java.nio.ByteBuffer;
import java.util.Date;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;

/** The clients {@code s3kms} and {@code s3kms-async}. */
public final class Main implements Client {
    private static final long QUARTER_HOUR = 900_000;

    private final Settings settings;
    private final boolean async;
    private final AmazonS3 s3;

    public Main(Settings settings) {
        this.settings = settings;
        async = settings.client.endsWith("-async");
        ClientConfiguration configuration = new ClientConfiguration().withMaxConnections(Math.max(50, settings.inFlight));
        if (settings.ca != null) {
            configuration.setTrustedCertificatesFile(settings.ca);
        }
        s3 = AmazonS3ClientBuilder.standard()
                .withEndpointConfiguration(new EndpointConfiguration(settings.endpoint, Settings.REGION))
                .withPathStyleAccessEnabled(true)
                .withCredentials(new AWSStaticCredentialsProvider(new BasicAWSCredentials(settings.accessKey, settings.secretKey)))
                .withClientConfiguration(configuration)
                .build();
    }

    public static void main(String[] args) {
        Harness.main(args, Main::new);
    }

    @Override
    public String version() {
        try (var in = AmazonS3Client.class.getResourceAsStream("/META-INF/maven/io.s3kms/s3kms/pom.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (Exception e) {
            return "?";
        }
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

    @Override
    public boolean isAsync() {
        return async;
    }

    @Override
    public CompletableFuture<?> start() {
        if (settings.isPut()) {
            return s3.putObjectAsync(put());
        }
        return s3.getObjectAsync(new GetObjectRequest(Settings.BUCKET, settings.key)).thenAccept(object -> {
            try (object) {
                settings.drain(object.getObjectContent());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private PutObjectRequest put() {
        PutObjectRequest request = settings.file != null
                ? new PutObjectRequest(Settings.BUCKET, settings.key, settings.file.toFile())
                : new PutObjectRequest(Settings.BUCKET, settings.key, ByteBuffer.wrap(settings.body));
        return request.withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(Settings.KMS_KEY));
    }

    /** Signs one URL, as the workload says. */
    public Object presign() {
        GeneratePresignedUrlRequest request = new GeneratePresignedUrlRequest(Settings.BUCKET, settings.key,
                "presign-put".equals(settings.workload) ? HttpMethod.PUT : HttpMethod.GET)
                .withExpiration(new Date(System.currentTimeMillis() + QUARTER_HOUR));
        if (request.getMethod() == HttpMethod.PUT) {
            request.withSSEAlgorithm(SSEAlgorithm.KMS).withKmsCmkId(Settings.KMS_KEY);
        }
        return s3.generatePresignedUrl(request);
    }
}
