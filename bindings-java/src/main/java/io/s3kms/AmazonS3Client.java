package io.s3kms;

import io.s3kms.auth.AWSCredentials;
import io.s3kms.auth.AWSCredentialsProvider;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.internal.ClientConfigInput;
import io.s3kms.internal.ClientSettings;
import io.s3kms.internal.NativeClient;
import io.s3kms.internal.Operations;
import io.s3kms.model.AmazonS3Exception;
import io.s3kms.model.CopyObjectRequest;
import io.s3kms.model.CopyObjectResult;
import io.s3kms.model.DeleteObjectRequest;
import io.s3kms.model.DeleteObjectResult;
import io.s3kms.model.DeleteVersionRequest;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.GetObjectMetadataRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PresignedRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.PutObjectResult;
import io.s3kms.model.S3Object;
import io.s3kms.regions.Region;
import io.s3kms.util.IOUtils;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Amazon S3, over native code. Build one with {@link AmazonS3ClientBuilder}; the constructors are those of SDK 1.x. */
public class AmazonS3Client implements AmazonS3 {
    private static final int NOT_FOUND = 404;
    private static final int NOT_MODIFIED = 304;
    private static final int PRECONDITION_FAILED = 412;
    private static final String FALLBACK_REGION = "us-east-1";

    private final ClientSettings settings;
    /** Whether a client without a region begins in us-east-1, as in the constructors of SDK 1.x. */
    private final boolean lenientRegion;
    private final Object lock = new Object();
    private volatile Operations operations;
    private volatile boolean closed;

    private AmazonS3Client(ClientSettings settings, boolean lenientRegion) {
        this.settings = settings;
        this.lenientRegion = lenientRegion;
    }

    /** A client with credentials and region of the environment. */
    public AmazonS3Client() {
        this((AWSCredentialsProvider) null);
    }

    /**
     * A client with these credentials.
     *
     * @param awsCredentials the credentials
     */
    public AmazonS3Client(AWSCredentials awsCredentials) {
        this(awsCredentials, new ClientConfiguration());
    }

    /**
     * A client with these credentials.
     *
     * @param awsCredentials the credentials
     * @param clientConfiguration how it reaches the server
     */
    public AmazonS3Client(AWSCredentials awsCredentials, ClientConfiguration clientConfiguration) {
        this(new AWSStaticCredentialsProvider(awsCredentials), clientConfiguration);
    }

    /**
     * A client that asks this provider.
     *
     * @param credentialsProvider the provider; null: the default chain
     */
    public AmazonS3Client(AWSCredentialsProvider credentialsProvider) {
        this(credentialsProvider, new ClientConfiguration());
    }

    /**
     * A client with credentials of the environment.
     *
     * @param clientConfiguration how it reaches the server
     */
    public AmazonS3Client(ClientConfiguration clientConfiguration) {
        this((AWSCredentialsProvider) null, clientConfiguration);
    }

    /**
     * A client that asks this provider. Without {@link #setRegion} or {@link #setEndpoint} it takes the region of the environment,
     * else {@code us-east-1}; redirects to a bucket's region are followed.
     *
     * @param credentialsProvider the provider; null: the default chain
     * @param clientConfiguration how it reaches the server
     */
    public AmazonS3Client(AWSCredentialsProvider credentialsProvider, ClientConfiguration clientConfiguration) {
        this(settings(credentialsProvider, clientConfiguration), true);
    }

    private static ClientSettings settings(AWSCredentialsProvider credentials, ClientConfiguration configuration) {
        if (configuration == null) {
            throw new IllegalArgumentException("clientConfiguration must not be null");
        }
        ClientSettings settings = new ClientSettings();
        settings.credentials = credentials;
        settings.configuration = new ClientConfiguration(configuration);
        return settings;
    }

    static AmazonS3Client build(ClientSettings settings, boolean lenientRegion) {
        AmazonS3Client client = new AmazonS3Client(settings, lenientRegion);
        client.operations(); // a setting that is refused is told here
        return client;
    }

    /** Opened at first use, because SDK 1.x changes endpoint and region after construction. */
    private Operations operations() {
        Operations ready = operations;
        if (ready != null) {
            return ready;
        }
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("The client is closed. Build a new client");
            }
            if (operations == null) {
                operations = new Operations(open());
            }
            return operations;
        }
    }

    private NativeClient open() {
        ClientConfigInput input = settings.toInput();
        try {
            return NativeClient.open(input);
        } catch (IllegalArgumentException e) {
            if (input.region != null || !String.valueOf(e.getMessage()).contains("region")) {
                throw e;
            }
            if (!lenientRegion) {
                throw new SdkClientException("Unable to find a region via the region provider chain. Must provide an explicit region"
                        + " in the builder or setup environment to supply a region. " + e.getMessage(), e);
            }
            input.region = FALLBACK_REGION;
            return NativeClient.open(input);
        }
    }

    private AWSCredentials credentials(AmazonWebServiceRequest request, String name) {
        if (request == null) {
            throw new IllegalArgumentException(name + " must not be null");
        }
        return settings.ofThisRequest(request.getRequestCredentialsProvider());
    }

    private static <T> CompletableFuture<T> future(Supplier<CompletableFuture<T>> start) {
        try {
            return start.get();
        } catch (RuntimeException e) {
            CompletableFuture<T> failed = new CompletableFuture<>();
            failed.completeExceptionally(e);
            return failed;
        }
    }

    @Override
    public PutObjectResult putObject(PutObjectRequest putObjectRequest) {
        Operations to = operations();
        return to.put(putObjectRequest, credentials(putObjectRequest, "putObjectRequest"));
    }

    @Override
    public PutObjectResult putObject(String bucketName, String key, File file) {
        return putObject(new PutObjectRequest(bucketName, key, file));
    }

    @Override
    public PutObjectResult putObject(String bucketName, String key, InputStream input, ObjectMetadata metadata) {
        return putObject(new PutObjectRequest(bucketName, key, input, metadata));
    }

    @Override
    public PutObjectResult putObject(String bucketName, String key, String content) {
        if (content == null) {
            throw new IllegalArgumentException("content must not be null");
        }
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setContentType("text/plain");
        metadata.setContentLength(bytes.length);
        return putObject(bucketName, key, new ByteArrayInputStream(bytes), metadata);
    }

    @Override
    public CompletableFuture<PutObjectResult> putObjectAsync(PutObjectRequest putObjectRequest) {
        return future(() -> operations().putAsync(putObjectRequest, credentials(putObjectRequest, "putObjectRequest")));
    }

    @Override
    public CopyObjectResult copyObject(CopyObjectRequest copyObjectRequest) {
        Operations to = operations();
        try {
            return to.copy(copyObjectRequest, credentials(copyObjectRequest, "copyObjectRequest"));
        } catch (AmazonS3Exception e) {
            if (e.getStatusCode() == PRECONDITION_FAILED) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public CopyObjectResult copyObject(String sourceBucketName, String sourceKey, String destinationBucketName,
            String destinationKey) {
        return copyObject(new CopyObjectRequest(sourceBucketName, sourceKey, destinationBucketName, destinationKey));
    }

    @Override
    public CompletableFuture<CopyObjectResult> copyObjectAsync(CopyObjectRequest copyObjectRequest) {
        return unmetIsNull(future(
                () -> operations().copyAsync(copyObjectRequest, credentials(copyObjectRequest, "copyObjectRequest"))));
    }

    @Override
    public S3Object getObject(String bucketName, String key) {
        return getObject(new GetObjectRequest(bucketName, key));
    }

    @Override
    public S3Object getObject(GetObjectRequest getObjectRequest) {
        Operations to = operations();
        try {
            return to.get(getObjectRequest, credentials(getObjectRequest, "getObjectRequest"));
        } catch (AmazonS3Exception e) {
            return nullIfUnmet(e);
        }
    }

    @Override
    public ObjectMetadata getObject(GetObjectRequest getObjectRequest, File destinationFile) {
        Operations to = operations();
        try {
            return to.get(getObjectRequest, destinationFile, credentials(getObjectRequest, "getObjectRequest"));
        } catch (AmazonS3Exception e) {
            return nullIfUnmet(e);
        }
    }

    /** SDK 1.x answers a constraint that is not met by null. */
    private static <T> T nullIfUnmet(AmazonS3Exception e) {
        if (e.getStatusCode() == PRECONDITION_FAILED || e.getStatusCode() == NOT_MODIFIED) {
            return null;
        }
        throw e;
    }

    /** The same for a future; its cancellation still reaches the request. */
    private static <T> CompletableFuture<T> unmetIsNull(CompletableFuture<T> request) {
        CompletableFuture<T> answer = new CompletableFuture<T>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                boolean done = super.cancel(mayInterruptIfRunning);
                request.cancel(mayInterruptIfRunning);
                return done;
            }
        };
        request.whenComplete((value, error) -> {
            Throwable cause = error instanceof CompletionException ? error.getCause() : error;
            int status = cause instanceof AmazonS3Exception ? ((AmazonS3Exception) cause).getStatusCode() : 0;
            if (error == null || status == PRECONDITION_FAILED || status == NOT_MODIFIED) {
                if (!answer.complete(value) && value instanceof S3Object) {
                    ((S3Object) value).getObjectContent().abort();
                }
            } else {
                answer.completeExceptionally(cause);
            }
        });
        return answer;
    }

    @Override
    public CompletableFuture<S3Object> getObjectAsync(GetObjectRequest getObjectRequest) {
        return unmetIsNull(
                future(() -> operations().getAsync(getObjectRequest, credentials(getObjectRequest, "getObjectRequest"))));
    }

    @Override
    public CompletableFuture<ObjectMetadata> getObjectAsync(GetObjectRequest getObjectRequest, File destinationFile) {
        return unmetIsNull(future(() -> operations().getAsync(getObjectRequest, destinationFile,
                credentials(getObjectRequest, "getObjectRequest"))));
    }

    @Override
    public String getObjectAsString(String bucketName, String key) {
        try (S3Object object = getObject(bucketName, key)) {
            return IOUtils.toString(object.getObjectContent());
        } catch (IOException e) {
            throw new SdkClientException("Error streaming content from S3 during download", e);
        }
    }

    @Override
    public ObjectMetadata getObjectMetadata(String bucketName, String key) {
        return getObjectMetadata(new GetObjectMetadataRequest(bucketName, key));
    }

    @Override
    public ObjectMetadata getObjectMetadata(GetObjectMetadataRequest getObjectMetadataRequest) {
        Operations to = operations();
        return to.head(getObjectMetadataRequest, credentials(getObjectMetadataRequest, "getObjectMetadataRequest"));
    }

    @Override
    public CompletableFuture<ObjectMetadata> getObjectMetadataAsync(GetObjectMetadataRequest getObjectMetadataRequest) {
        return future(() -> operations().headAsync(getObjectMetadataRequest,
                credentials(getObjectMetadataRequest, "getObjectMetadataRequest")));
    }

    @Override
    public boolean doesObjectExist(String bucketName, String objectName) {
        try {
            getObjectMetadata(bucketName, objectName);
            return true;
        } catch (AmazonS3Exception e) {
            if (e.getStatusCode() == NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void deleteObject(String bucketName, String key) {
        deleteObject(new DeleteObjectRequest(bucketName, key));
    }

    @Override
    public void deleteObject(DeleteObjectRequest deleteObjectRequest) {
        Operations to = operations();
        to.delete(deleteObjectRequest, credentials(deleteObjectRequest, "deleteObjectRequest"));
    }

    @Override
    public CompletableFuture<DeleteObjectResult> deleteObjectAsync(DeleteObjectRequest deleteObjectRequest) {
        return future(
                () -> operations().deleteAsync(deleteObjectRequest, credentials(deleteObjectRequest, "deleteObjectRequest")));
    }

    @Override
    public void deleteVersion(String bucketName, String key, String versionId) {
        deleteVersion(new DeleteVersionRequest(bucketName, key, versionId));
    }

    @Override
    public void deleteVersion(DeleteVersionRequest deleteVersionRequest) {
        Operations to = operations();
        to.delete(deleteVersionRequest, credentials(deleteVersionRequest, "deleteVersionRequest"));
    }

    @Override
    public URL generatePresignedUrl(String bucketName, String key, Date expiration) {
        return generatePresignedUrl(bucketName, key, expiration, HttpMethod.GET);
    }

    @Override
    public URL generatePresignedUrl(String bucketName, String key, Date expiration, HttpMethod method) {
        return generatePresignedUrl(new GeneratePresignedUrlRequest(bucketName, key, method).withExpiration(expiration));
    }

    @Override
    public URL generatePresignedUrl(GeneratePresignedUrlRequest generatePresignedUrlRequest) {
        Operations to = operations();
        return to.presignUrl(generatePresignedUrlRequest,
                credentials(generatePresignedUrlRequest, "generatePresignedUrlRequest"));
    }

    @Override
    public List<URL> generatePresignedUrls(GeneratePresignedUrlRequest template, List<String> keys) {
        Operations to = operations();
        return to.presignUrls(template, keys, credentials(template, "template"));
    }

    @Override
    public List<PresignedRequest> presign(GeneratePresignedUrlRequest template, List<String> keys) {
        Operations to = operations();
        return to.presign(template, keys, credentials(template, "template"));
    }

    @Override
    public PresignedRequest presign(GeneratePresignedUrlRequest generatePresignedUrlRequest) {
        Operations to = operations();
        return to.presign(generatePresignedUrlRequest, credentials(generatePresignedUrlRequest, "generatePresignedUrlRequest"));
    }

    @Override
    public URL getUrl(String bucketName, String key) {
        ClientConfigInput input = settings.toInput();
        boolean path = settings.pathStyle != null ? settings.pathStyle : settings.endpoint != null;
        String region = input.region == null ? FALLBACK_REGION : input.region;
        try {
            URI endpoint = new URI(input.endpoint != null ? input.endpoint : "https://s3." + region + ".amazonaws.com");
            String host = path ? endpoint.getHost() : bucketName + "." + endpoint.getHost();
            String object = (path ? "/" + bucketName : "") + "/" + key;
            return new URL(new URI(endpoint.getScheme(), null, host, endpoint.getPort(), object, null, null).toASCIIString());
        } catch (URISyntaxException | MalformedURLException e) {
            throw new SdkClientException("The URL of this bucket and key cannot be made: " + e.getMessage(), e);
        }
    }

    @Override
    public String getRegionName() {
        String region = settings.toInput().region;
        return region == null && lenientRegion ? FALLBACK_REGION : region;
    }

    @Override
    public void setEndpoint(String endpoint) {
        if (endpoint == null || endpoint.trim().isEmpty()) {
            throw new IllegalArgumentException("endpoint must not be null or empty");
        }
        change(() -> settings.endpoint = endpoint);
    }

    @Override
    public void setRegion(Region region) {
        if (region == null) {
            throw new IllegalArgumentException("No region provided: region must not be null");
        }
        change(() -> settings.region = region.getName());
    }

    @Override
    public void setS3ClientOptions(S3ClientOptions clientOptions) {
        if (clientOptions == null) {
            throw new IllegalArgumentException("clientOptions must not be null");
        }
        change(() -> {
            settings.pathStyle = clientOptions.pathStyleAccess();
            settings.accelerate = clientOptions.isAccelerateModeEnabled();
            settings.chunkedEncodingDisabled = clientOptions.isChunkedEncodingDisabled();
            settings.payloadSigning = clientOptions.isPayloadSigningEnabled();
            settings.dualStack = clientOptions.isDualstackEnabled();
        });
    }

    private void change(Runnable change) {
        Operations old;
        synchronized (lock) {
            change.run();
            old = operations;
            operations = null;
        }
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void shutdown() {
        Operations last;
        synchronized (lock) {
            closed = true;
            last = operations;
        }
        if (last != null) {
            last.close();
        }
    }
}
