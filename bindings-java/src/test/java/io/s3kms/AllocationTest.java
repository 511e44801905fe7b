package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.S3Object;
import io.s3kms.model.SSEAlgorithm;
import io.s3kms.model.SSEAwsKeyManagementParams;
import io.s3kms.testing.Clients;
import io.s3kms.testing.Servers;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.ByteBuffer;
import java.util.Date;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a call allocates in Java, with its request and result, is bounded. Counted, not timed. */
class AllocationTest {
    private static final int CALLS = 300;
    /** Rounds until compiled code must run: the JDK's URL builds its text by a StringBuilder that the JIT takes out. */
    private static final int ROUNDS = 300;
    private static final AmazonS3 S3 = Clients.strict();
    private static final String BUCKET = Clients.bucket();

    @AfterAll
    static void close() {
        S3.shutdown();
    }

    private interface Step {
        void run() throws Exception;
    }

    /** The least of many rounds; no more are run than it takes to come below the limit. */
    private static void assertAllocatesLess(long limit, Step step) throws Exception {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least >= limit; round++) {
            long before = allocated();
            for (int i = 0; i < CALLS; i++) {
                step.run();
            }
            least = Math.min(least, (allocated() - before) / CALLS);
        }
        assertTrue(least < limit, least + " bytes");
    }

    /** By this thread and by those of native code; what other tests do meanwhile does not count. */
    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && (thread.getThreadId() == Thread.currentThread().getId()
                    || thread.getThreadName().matches("s3kms-[0-9]+"))) {
                sum += threads.getThreadAllocatedBytes(thread.getThreadId());
            }
        }
        return sum;
    }

    @Test
    void a_presigned_url_allocates_less_than_two_kilobytes() throws Exception {
        String kmsKey = Servers.key("first");
        assertAllocatesLess(2048, () -> S3.generatePresignedUrl(new GeneratePresignedUrlRequest(BUCKET, "key", HttpMethod.PUT)
                .withSSEAlgorithm(SSEAlgorithm.KMS).withKmsCmkId(kmsKey)
                .withExpiration(new Date(System.currentTimeMillis() + 60_000))));
    }

    @Test
    void a_put_of_a_kilobyte_allocates_less_than_two_kilobytes() throws Exception {
        String kmsKey = Servers.key("first");
        ByteBuffer content = ByteBuffer.wrap(new byte[1024]);
        String key = Clients.key("allocation-put");
        assertAllocatesLess(2048, () -> S3.putObject(new PutObjectRequest(BUCKET, key, content)
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(kmsKey))));
    }

    @Test
    void a_get_of_a_kilobyte_allocates_little_more_than_the_content() throws Exception {
        String key = Clients.key("allocation-get");
        S3.putObject(new PutObjectRequest(BUCKET, key, ByteBuffer.wrap(new byte[1024])));
        byte[] buffer = new byte[2048];
        assertAllocatesLess(1024 + 1100, () -> {
            try (S3Object object = S3.getObject(new GetObjectRequest(BUCKET, key))) {
                assertEquals(1024, object.getObjectContent().read(buffer));
            }
        });
    }
}
