package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.s3kms.auth.AWSCredentials;
import io.s3kms.auth.AWSCredentialsProvider;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.AnonymousAWSCredentials;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.client.builder.AwsClientBuilder.EndpointConfiguration;
import io.s3kms.model.AmazonS3Exception;
import io.s3kms.model.CopyObjectRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.SSEAwsKeyManagementParams;
import io.s3kms.model.SSECustomerKey;
import io.s3kms.testing.Clients;
import io.s3kms.testing.Servers;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input is an exception of the mirrored type with a message that names the field. */
class BadInputTest {
    private static final AmazonS3 S3 = Clients.strict();
    private static final String BUCKET = Clients.bucket();
    private static final String HALF = "half\ud800surrogate";

    @AfterAll
    static void close() {
        S3.shutdown();
    }

    private interface Action {
        void run() throws Exception;
    }

    private static PutObjectRequest put(String bucket, String key) {
        return new PutObjectRequest(bucket, key, ByteBuffer.wrap(new byte[3]));
    }

    private static Arguments row(String field, Action action) {
        return Arguments.of(field, action);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                row("bucketName", () -> S3.putObject(put(null, "k"))),
                row("bucketName", () -> S3.putObject(put("", "k"))),
                row("bucketName", () -> S3.putObject(put(HALF, "k"))),
                row("key", () -> S3.putObject(put(BUCKET, null))),
                row("key", () -> S3.putObject(put(BUCKET, ""))),
                row("key", () -> S3.putObject(put(BUCKET, HALF))),
                row("bucketName", () -> S3.getObject(null, "k")),
                row("key", () -> S3.getObject(BUCKET, "")),
                row("key", () -> S3.getObjectMetadata(BUCKET, null)),
                row("key", () -> S3.deleteObject(BUCKET, null)),
                row("versionId", () -> S3.deleteVersion(BUCKET, "k", null)),
                row("sourceBucketName", () -> S3.copyObject(null, "k", BUCKET, "k")),
                row("sourceKey", () -> S3.copyObject(BUCKET, "", BUCKET, "k")),
                row("destinationBucketName", () -> S3.copyObject(BUCKET, "k", null, "k")),
                row("destinationKey", () -> S3.copyObject(BUCKET, "k", BUCKET, HALF)),
                row("putObjectRequest", () -> S3.putObject(null)),
                row("getObjectRequest", () -> S3.getObject((GetObjectRequest) null)),
                row("copyObjectRequest", () -> S3.copyObject((CopyObjectRequest) null)),
                row("file", () -> S3.putObject(new PutObjectRequest(BUCKET, "k", (File) null))),
                row("awsKmsKeyId", () -> new SSEAwsKeyManagementParams((String) null)),
                row("awsKmsKeyId", () -> new SSEAwsKeyManagementParams("")),
                row("KmsKeyId", () -> S3.putObject(put(BUCKET, "k")
                        .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(HALF)))),
                row("KmsKeyId", () -> S3.putObject(put(BUCKET, "k")
                        .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams("id").withSseAlgorithm(null)))),
                row("EncryptionContext", () -> S3.putObject(put(BUCKET, "k")
                        .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams().withAwsKmsEncryptionContext("no json")))),
                row("SSECustomerKey", () -> put(BUCKET, "k").withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams())
                        .withSSECustomerKey(new SSECustomerKey(new byte[32]))),
                row("SSEAwsKeyManagementParams", () -> put(BUCKET, "k").withSSECustomerKey(new SSECustomerKey(new byte[32]))
                        .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams())),
                row("SSECustomerKey", () -> S3.putObject(put(BUCKET, "k").withSSECustomerKey(new SSECustomerKey(new byte[5])))),
                row("contentLength", () -> {
                    ObjectMetadata metadata = new ObjectMetadata();
                    metadata.setContentLength(-1);
                    S3.putObject(BUCKET, "k", new ByteArrayInputStream(new byte[1]), metadata);
                }),
                row("range", () -> S3.getObject(new GetObjectRequest(BUCKET, "k").withRange(9, 1))),
                row("userMetadata", () -> {
                    ObjectMetadata metadata = new ObjectMetadata();
                    metadata.addUserMetadata("a", null);
                    S3.putObject(BUCKET, "k", new ByteArrayInputStream(new byte[1]), metadata);
                }),
                row("signerOverride", () -> Clients.builder(Servers.strict())
                        .withClientConfiguration(new ClientConfiguration().withSignerOverride("S3SignerType")).build()),
                row("endpoint", () -> AmazonS3ClientBuilder.standard()
                        .withEndpointConfiguration(new EndpointConfiguration("ftp://x y", "us-east-1")).build()));
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource("refused")
    void arguments_are_refused_by_name(String field, Action action) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(e.getMessage().contains(field), e.getMessage());
        assertFalse(e.getMessage().matches("(?s).*[a-z]_[a-z].*"), "speaks of a field by its name in the schema: " + e.getMessage());
    }

    @Test
    void a_file_that_cannot_be_read_is_named() {
        SdkClientException e = assertThrows(SdkClientException.class,
                () -> S3.putObject(new PutObjectRequest(BUCKET, "k", new File("/nonexistent/file"))));
        assertTrue(e.getMessage().contains("file"), e.getMessage());
        assertTrue(e.getCause() instanceof IOException);
        assertThrows(SdkClientException.class, () -> S3.putObject(new PutObjectRequest(BUCKET, "k", new File("/nonexistent/file"))
                .<PutObjectRequest>withGeneralProgressListener(event -> { })));
    }

    @Test
    void a_stream_shorter_than_declared_stores_nothing() {
        for (int declared : new int[] {10, 1_000_000}) {
            String key = Clients.key("short");
            ObjectMetadata metadata = new ObjectMetadata();
            metadata.setContentLength(declared);
            SdkClientException e = assertThrows(SdkClientException.class,
                    () -> S3.putObject(BUCKET, key, new ByteArrayInputStream(new byte[declared - 1]), metadata));
            assertTrue(e.getMessage().contains("expectedLength=" + declared), e.getMessage());
            assertFalse(S3.doesObjectExist(BUCKET, key));
        }
    }

    @Test
    void a_stream_longer_than_declared_is_read_to_the_declared_length() throws Exception {
        String key = Clients.key("long");
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setContentLength(300_000);
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[300_007]);
        S3.putObject(BUCKET, key, in, metadata);
        assertEquals(300_000, S3.getObjectMetadata(BUCKET, key).getContentLength());
        assertEquals(7, in.available());
    }

    @Test
    void a_stream_that_breaks_stores_nothing_and_gives_its_own_reason() {
        String key = Clients.key("broken");
        InputStream broken = new InputStream() {
            private int left = 900_000;

            @Override
            public int read() throws IOException {
                if (left-- <= 0) {
                    throw new IOException("the disk is gone");
                }
                return 1;
            }
        };
        AmazonS3 s3 = Clients.strict();
        SdkClientException e = assertThrows(SdkClientException.class, () -> s3.putObject(BUCKET, key, broken, null));
        assertTrue(e.getMessage().contains("the disk is gone"), e.getMessage());
        s3.shutdown(); // nothing of it is in flight any more
        assertEquals("the disk is gone", e.getCause().getMessage());
        assertFalse(S3.doesObjectExist(BUCKET, key));
    }

    @Test
    void wrong_credentials_are_an_answer_of_the_server() {
        AmazonS3 other = Clients.builder(Servers.strict()).withCredentials(new AWSStaticCredentialsProvider(
                new BasicAWSCredentials(Servers.strict().get("accessKeyId").getAsString(), "wrong"))).build();
        AmazonS3Exception e = assertThrows(AmazonS3Exception.class, () -> other.getObject(BUCKET, "k"));
        assertEquals(403, e.getStatusCode());
        assertEquals("SignatureDoesNotMatch", e.getErrorCode());
        AmazonS3 anonymous = Clients.builder(Servers.strict())
                .withCredentials(new AWSStaticCredentialsProvider(new AnonymousAWSCredentials())).build();
        assertEquals(403, assertThrows(AmazonS3Exception.class, () -> anonymous.getObject(BUCKET, "k")).getStatusCode());
        other.shutdown();
        anonymous.shutdown();
    }

    @Test
    void a_provider_of_the_application_is_asked_on_the_calling_thread_for_every_request() {
        Thread caller = Thread.currentThread();
        int[] asked = {0};
        AWSCredentials real = Clients.credentials(Servers.strict()).getCredentials();
        AmazonS3 client = Clients.builder(Servers.strict()).withCredentials(new AWSCredentialsProvider() {
            @Override
            public AWSCredentials getCredentials() {
                assertEquals(caller, Thread.currentThread());
                asked[0]++;
                return asked[0] == 3 ? null : real;
            }

            @Override
            public void refresh() {}
        }).build();
        String key = Clients.key("provider");
        client.putObject(BUCKET, key, "x");
        client.generatePresignedUrl(BUCKET, key, null);
        assertEquals(2, asked[0]);
        assertTrue(assertThrows(SdkClientException.class, () -> client.getObject(BUCKET, key)).getMessage().contains("null"));
        client.shutdown();
    }

    @Test
    void a_refused_connection_is_a_client_exception_with_the_socket_s_error() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        AmazonS3 client = AmazonS3ClientBuilder.standard()
                .withEndpointConfiguration(new EndpointConfiguration("http://127.0.0.1:" + port, "us-east-1"))
                .withClientConfiguration(new ClientConfiguration().withMaxErrorRetry(0))
                .withCredentials(Clients.credentials(Servers.strict())).build();
        SdkClientException e = assertThrows(SdkClientException.class, () -> client.getObject(BUCKET, "k"));
        assertFalse(e instanceof AmazonServiceException);
        assertTrue(e.getCause() instanceof ConnectException);
        assertTrue(e.getMessage().startsWith("Unable to execute HTTP request: "), e.getMessage());
        client.shutdown();
    }

    @Test
    void region_and_endpoint_together_are_refused_as_in_sdk_1() {
        assertThrows(IllegalStateException.class, () -> Clients.builder(Servers.strict()).withRegion("us-east-1").build());
    }
}
