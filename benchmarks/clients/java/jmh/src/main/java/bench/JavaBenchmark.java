package bench;

import io.s3kms.AmazonS3;
import io.s3kms.AmazonS3ClientBuilder;
import io.s3kms.HttpMethod;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.client.builder.AwsClientBuilder.EndpointConfiguration;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.PutObjectResult;
import io.s3kms.model.S3Object;
import io.s3kms.model.SSEAlgorithm;
import io.s3kms.model.SSEAwsKeyManagementParams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Single steps of the Java library. Allocation per call: {@code -prof gc}. The calls that need a server take its endpoint from
 * the environment variable {@code S3KMS_BENCH_ENDPOINT}: that of the benchmark's null server.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JavaBenchmark {
    private static final String BUCKET = "bench";
    private static final String KEY = "1k";
    private static final String KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    private static final int KILO = 1024;
    private static final long QUARTER_HOUR = 900_000;
    private static final int BATCH = 1000;

    /** A client that signs, and needs no server for that. */
    @State(Scope.Benchmark)
    public static class Local {
        AmazonS3 s3;
        final List<String> keys = new ArrayList<>();

        @Setup(Level.Trial)
        public void open() {
            for (int i = 0; i < BATCH; i++) {
                keys.add("key-" + i);
            }
            s3 = client("http://127.0.0.1:9");
        }

        @TearDown(Level.Trial)
        public void close() {
            s3.shutdown();
        }
    }

    /** A client of the null server. */
    @State(Scope.Benchmark)
    public static class Remote {
        AmazonS3 s3;
        final ByteBuffer body = ByteBuffer.wrap(new byte[KILO]);
        final byte[] buffer = new byte[KILO];

        @Setup(Level.Trial)
        public void open() {
            String endpoint = System.getenv("S3KMS_BENCH_ENDPOINT");
            if (endpoint == null) {
                throw new IllegalStateException("S3KMS_BENCH_ENDPOINT must name the null server, such as http://127.0.0.1:9000");
            }
            s3 = client(endpoint);
        }

        @TearDown(Level.Trial)
        public void close() {
            s3.shutdown();
        }
    }

    private static AmazonS3 client(String endpoint) {
        return AmazonS3ClientBuilder.standard().withEndpointConfiguration(new EndpointConfiguration(endpoint, "us-east-1"))
                .withPathStyleAccessEnabled(true)
                .withCredentials(new AWSStaticCredentialsProvider(new BasicAWSCredentials("AKIAIOSFODNN7EXAMPLE", "secret")))
                .build();
    }

    private static GeneratePresignedUrlRequest request(HttpMethod method) {
        GeneratePresignedUrlRequest request = new GeneratePresignedUrlRequest(BUCKET, KEY, method)
                .withExpiration(new Date(System.currentTimeMillis() + QUARTER_HOUR));
        return method == HttpMethod.GET ? request : request.withSSEAlgorithm(SSEAlgorithm.KMS).withKmsCmkId(KMS_KEY);
    }

    @Benchmark
    public Object presignPut(Local local) {
        return local.s3.generatePresignedUrl(request(HttpMethod.PUT));
    }

    @Benchmark
    public Object presignGet(Local local) {
        return local.s3.generatePresignedUrl(request(HttpMethod.GET));
    }

    /** The time is that of one URL. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public Object presignPutBatch(Local local) {
        return local.s3.generatePresignedUrls(request(HttpMethod.PUT), local.keys);
    }

    @Benchmark
    public PutObjectResult put1k(Remote remote) {
        return remote.s3.putObject(new PutObjectRequest(BUCKET, KEY, remote.body)
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(KMS_KEY)));
    }

    @Benchmark
    public int get1k(Remote remote) throws IOException {
        try (S3Object object = remote.s3.getObject(new GetObjectRequest(BUCKET, KEY));
                InputStream in = object.getObjectContent()) {
            return in.read(remote.buffer);
        }
    }
}
