package bench;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3BaseClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.GetObjectPresignRequest;
import software.amazon.awssdk.services.s3.presigner.model.PutObjectPresignRequest;

/** The AWS SDK for Java 2.x: what its clients have in common whatever sends their requests. */
public abstract class AwsV2 implements Client {
    final Settings settings;

    AwsV2(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String version() {
        return VersionInfo.SDK_VERSION;
    }

    public static StaticCredentialsProvider credentials(Settings settings) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(settings.accessKey, settings.secretKey));
    }

    public static <B extends S3BaseClientBuilder<B, C>, C> C client(Settings settings, B builder) {
        return builder.endpointOverride(URI.create(settings.endpoint)).region(Region.of(Settings.REGION)).forcePathStyle(true)
                .credentialsProvider(credentials(settings)).build();
    }

    PutObjectRequest put() {
        return PutObjectRequest.builder().bucket(Settings.BUCKET).key(settings.key)
                .serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(Settings.KMS_KEY).build();
    }

    GetObjectRequest get() {
        return GetObjectRequest.builder().bucket(Settings.BUCKET).key(settings.key).build();
    }

    /** Calls that block. */
    public static final class Blocking extends AwsV2 {
        private final S3Client s3;

        public Blocking(Settings settings, S3Client s3) {
            super(settings);
            this.s3 = s3;
        }

        @Override
        public void run() throws Exception {
            if (settings.file != null) {
                s3.putObject(put(), RequestBody.fromFile(settings.file));
            } else if (settings.isPut()) {
                // fromBytes would copy.
                s3.putObject(put(), RequestBody.fromContentProvider(() -> new ByteArrayInputStream(settings.body),
                        settings.body.length, "application/octet-stream"));
            } else {
                try (var in = s3.getObject(get())) {
                    settings.drain(in);
                }
            }
        }
    }

    /** Calls that give a future. */
    public static final class Async extends AwsV2 {
        private final S3AsyncClient s3;

        public Async(Settings settings, S3AsyncClient s3) {
            super(settings);
            this.s3 = s3;
        }

        @Override
        public boolean isAsync() {
            return true;
        }

        @Override
        public CompletableFuture<?> start() {
            if (settings.file != null) {
                return s3.putObject(put(), AsyncRequestBody.fromFile(settings.file));
            }
            if (settings.isPut()) {
                return s3.putObject(put(), AsyncRequestBody.fromBytesUnsafe(settings.body));
            }
            return s3.getObject(get(), new Discard()).thenAccept(settings::expect);
        }
    }

    /** Reads the content into nothing: the cheapest that this SDK offers. */
    private static final class Discard implements AsyncResponseTransformer<GetObjectResponse, Long>, Subscriber<ByteBuffer> {
        private final CompletableFuture<Long> result = new CompletableFuture<>();
        private long count;

        @Override
        public CompletableFuture<Long> prepare() {
            return result;
        }

        @Override
        public void onResponse(GetObjectResponse response) {}

        @Override
        public void onStream(SdkPublisher<ByteBuffer> publisher) {
            publisher.subscribe(this);
        }

        @Override
        public void exceptionOccurred(Throwable error) {
            result.completeExceptionally(error);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            count = 0;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            count += bytes.remaining();
        }

        @Override
        public void onError(Throwable error) {
            result.completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            result.complete(count);
        }
    }

    /** Signs URLs: the same whatever sends requests. */
    public static final class Presigner extends AwsV2 {
        private static final Duration QUARTER_HOUR = Duration.ofMinutes(15);

        private final S3Presigner presigner;

        public Presigner(Settings settings) {
            super(settings);
            presigner = S3Presigner.builder().endpointOverride(URI.create(settings.endpoint)).region(Region.of(Settings.REGION))
                    .credentialsProvider(credentials(settings))
                    .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build()).build();
        }

        @Override
        public void run() {
            if ("presign-put".equals(settings.workload)) {
                presigner.presignPutObject(PutObjectPresignRequest.builder().signatureDuration(QUARTER_HOUR)
                        .putObjectRequest(put()).build()).url();
            } else {
                presigner.presignGetObject(GetObjectPresignRequest.builder().signatureDuration(QUARTER_HOUR)
                        .getObjectRequest(get()).build()).url();
            }
        }
    }
}
