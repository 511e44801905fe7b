package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.S3Object;
import io.s3kms.model.S3ObjectInputStream;
import io.s3kms.testing.Clients;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Content that is read as a stream comes whole and in order, in whatever pieces it is read. */
class DownloadTest {
    private static final AmazonS3 S3 = Clients.strict();
    private static final String KEY = Clients.key("download");
    private static final byte[] CONTENT = new byte[3_000_001];

    @BeforeAll
    static void store() {
        new Random(1).nextBytes(CONTENT);
        S3.putObject(new PutObjectRequest(Clients.bucket(), KEY, ByteBuffer.wrap(CONTENT)));
    }

    @AfterAll
    static void close() {
        S3.shutdown();
    }

    @Test
    void pieces_of_any_size_follow_one_another() throws Exception {
        Random random = new Random(2);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (S3Object object = S3.getObject(Clients.bucket(), KEY)) {
            S3ObjectInputStream in = object.getObjectContent();
            byte[] buffer = new byte[100_000];
            while (true) {
                int kind = random.nextInt(3);
                if (kind == 0) {
                    int b = in.read();
                    if (b < 0) {
                        break;
                    }
                    all.write(b);
                    continue;
                }
                int offset = random.nextInt(10);
                int n = in.read(buffer, offset, 1 + random.nextInt(kind == 1 ? 100 : 90_000));
                if (n < 0) {
                    break;
                }
                assertTrue(n > 0);
                all.write(buffer, offset, n);
            }
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(buffer));
            assertEquals(0, in.available());
        }
        assertArrayEquals(CONTENT, all.toByteArray());
    }

    @Test
    void what_is_available_can_be_read_without_waiting() throws Exception {
        try (S3Object object = S3.getObject(Clients.bucket(), KEY)) {
            S3ObjectInputStream in = object.getObjectContent();
            assertEquals(CONTENT[0] & 0xff, in.read());
            int available = in.available();
            assertTrue(available > 0 && available < CONTENT.length, available + " bytes");
            assertArrayEquals(java.util.Arrays.copyOfRange(CONTENT, 1, 1 + available), in.readNBytes(available));
        }
    }

    @Test
    void a_closed_stream_gives_nothing_more() throws Exception {
        S3ObjectInputStream in = S3.getObject(Clients.bucket(), KEY).getObjectContent();
        in.read();
        in.abort();
        assertThrows(IOException.class, in::read);
        assertThrows(IOException.class, () -> in.read(new byte[100_000]));
    }

    @Test
    void a_stream_ends_with_its_client() throws Exception {
        AmazonS3 own = Clients.strict();
        S3ObjectInputStream in = own.getObject(Clients.bucket(), KEY).getObjectContent();
        byte[] buffer = new byte[50_000];
        in.read(buffer);
        own.shutdown();
        assertThrows(IOException.class, () -> {
            while (in.read(buffer) >= 0) { // to its end
            }
        });
    }
}
