package io.s3kms.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames give back what was written, and whatever else comes is refused. */
class FrameTest {
    private static final NoInput INPUT = NoInput.INSTANCE;

    private static byte[] frame(FrameWriter writer) {
        return Arrays.copyOf(writer.bytes(), writer.length());
    }

    @Test
    void every_kind_of_value_comes_back() {
        String text = "aä€🌍".repeat(400);
        FrameWriter writer = new FrameWriter();
        writer.text(1, text, "t", INPUT);
        writer.text(2, null, "t", INPUT);
        writer.bool(300, true);
        writer.number(4, Long.MIN_VALUE + 5);
        writer.map(5, Map.of("name", "ü"), "m", INPUT);
        FrameReader reader = new FrameReader(frame(writer));
        assertTrue(reader.next());
        assertEquals(text, reader.text());
        assertTrue(reader.next());
        assertEquals(300, reader.number());
        assertEquals(true, reader.bool());
        assertTrue(reader.next());
        assertEquals(Long.MIN_VALUE + 5, reader.int64());
        assertTrue(reader.next());
        assertEquals(Map.of("name", "ü"), reader.map());
        assertFalse(reader.next());
    }

    @Test
    void half_a_surrogate_pair_is_refused_by_the_field_s_name() {
        for (String text : new String[] {"\ud800", "a\udc00b", "\ud800\ud800", "x\ud83c"}) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> new FrameWriter().text(1, text, "key", INPUT));
            assertTrue(e.getMessage().startsWith("key "), e.getMessage());
        }
    }

    @Test
    void random_bytes_end_in_a_value_or_an_exception() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 6 && random.nextBoolean()) {
                Arrays.fill(bytes, 1, 6, (byte) 0);
                bytes[2] = (byte) random.nextInt(bytes.length);
            }
            try {
                GetObjectOutput.read(bytes);
            } catch (IllegalStateException e) {
                continue;
            }
        }
    }

    @Test
    void a_message_of_the_core_speaks_java() {
        String message = new CopyObjectInput().inJavaWords("bucket: ssekms_key_id of the bucket key_x", "bucket");
        assertEquals("destinationBucketName: SSEAwsKmsKeyId of the destinationBucketName key_x", message);
        assertEquals("the key is a key", new PutObjectInput().inJavaWords("the key is a key", null));
    }

    @Test
    void a_writer_that_was_given_back_is_empty_and_holds_nothing_of_before() {
        FrameWriter writer = FrameWriter.take();
        writer.text(1, "secret", "t", INPUT);
        byte[] bytes = writer.bytes();
        writer.giveBack();
        assertEquals(0, writer.length());
        for (byte b : bytes) {
            assertEquals(0, b);
        }
        FrameWriter again = FrameWriter.take();
        assertNotSame(again, FrameWriter.take(), "nobody else gets it meanwhile");
        again.giveBack();
    }

    @Test
    void a_request_is_overwritten_whatever_the_answer_is() {
        for (boolean inPlace : new boolean[] {true, false}) {
            FrameWriter writer = new FrameWriter();
            writer.text(1, "secret".repeat(20), "t", INPUT);
            byte[] request = writer.bytes();
            byte[] answer = inPlace ? request : new byte[100];
            System.arraycopy(new byte[] {7, 0, 0, 0, 1, 0, 1, 0, 0, 0, 'x'}, 0, answer, 0, 11);
            assertTrue(writer.answer(answer).next());
            writer.giveBack();
            assertArrayEquals(new byte[request.length], request);
            assertArrayEquals(new byte[answer.length], answer);
        }
    }

    @Test
    void an_answer_is_read_between_its_bounds_only() {
        byte[] written = {7, 0, 0, 0, 1, 0, 1, 0, 0, 0, 'x', 9, 9};
        FrameReader reader = new FrameWriter().answer(written);
        assertTrue(reader.next());
        assertEquals("x", reader.text());
        assertFalse(reader.next());
        assertThrows(IllegalStateException.class, () -> new FrameWriter().answer(new byte[] {1, 0, 0, 0}));
        assertThrows(IllegalStateException.class, () -> new FrameWriter().answer(new byte[] {-1, -1, -1, -1}));
    }

    @Test
    void urls_are_those_of_the_text() throws Exception {
        Urls urls = new Urls();
        for (String text : new String[] {"https://b.s3.eu-central-1.amazonaws.com/k%20?X-Amz-Date=1&y=%2F", "http://127.0.0.1:9000/b/k?x",
            "http://127.0.0.1:9000/b/l?x", "http://[::1]:9000/b/k", "https://h/"}) {
            byte[] bytes = ("  " + text + "  ").getBytes();
            java.net.URL url = urls.url(bytes, 2, bytes.length - 2);
            assertEquals(text, url.toString());
            assertEquals(new java.net.URL(text), url);
        }
        byte[] none = "nothing".getBytes();
        assertThrows(java.net.MalformedURLException.class, () -> urls.url(none, 0, none.length));
    }
}
