package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.s3kms.model.GetObjectMetadataRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.S3Object;
import io.s3kms.model.SSEAwsKeyManagementParams;
import io.s3kms.testing.Clients;
import io.s3kms.testing.Servers;
import io.s3kms.util.IOUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Futures, cancelling, interrupting, closing. */
class AsyncTest {
    private static final String BUCKET = Clients.bucket();
    /** Longer than any test may wait: only an end by other means comes before it. */
    private static final String STUCK = "{\"delayMs\":600000}";

    private static PutObjectRequest put(String key, int length) {
        return new PutObjectRequest(BUCKET, key, ByteBuffer.wrap(new byte[length]));
    }

    @Test
    void a_thousand_requests_at_a_time_all_end() throws Exception {
        try (AmazonS3 s3 = Clients.strict()) {
            String prefix = Clients.key("many");
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                String key = prefix + i;
                byte[] content = key.getBytes();
                all.add(s3.putObjectAsync(new PutObjectRequest(BUCKET, key, ByteBuffer.wrap(content))
                        .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(Servers.key("first"))))
                        .thenCompose(stored -> s3.getObjectAsync(new GetObjectRequest(BUCKET, key)))
                        .thenAccept(object -> assertEquals(key, text(object))));
            }
            CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).join();
        }
    }

    private static String text(S3Object object) {
        try (object) {
            return IOUtils.toString(object.getObjectContent());
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    @Test
    void every_operation_has_a_future() {
        AmazonS3 s3 = Clients.strict();
        String key = Clients.key("futures");
        s3.putObjectAsync(new PutObjectRequest(BUCKET, key, new ByteArrayInputStream(new byte[700_000]), null)).join();
        assertEquals(700_000, s3.getObjectMetadataAsync(new GetObjectMetadataRequest(BUCKET, key)).join().getContentLength());
        s3.copyObjectAsync(new io.s3kms.model.CopyObjectRequest(BUCKET, key, BUCKET, key + "2")).join();
        s3.deleteObjectAsync(new io.s3kms.model.DeleteObjectRequest(BUCKET, key)).join();
        assertFalse(s3.doesObjectExist(BUCKET, key));
        assertTrue(assertThrows(CompletionException.class, () -> s3.putObjectAsync(put(null, 1)).join())
                .getCause() instanceof IllegalArgumentException);
        s3.shutdown();
    }

    @Test
    void cancelling_a_future_ends_the_request() {
        AmazonS3 s3 = Clients.strict();
        String key = Clients.key("cancel");
        Servers.fault(key, "PUT", STUCK);
        CompletableFuture<?> future = s3.putObjectAsync(put(key, 100));
        assertFalse(future.isDone());
        assertTrue(future.cancel(true));
        assertThrows(CancellationException.class, future::join);
        CompletableFuture<?> stream =
                s3.putObjectAsync(new PutObjectRequest(BUCKET, key, new ByteArrayInputStream(new byte[20_000_000]), null));
        assertTrue(stream.cancel(true));
        s3.shutdown(); // returns: nothing is in flight
    }

    @Test
    void closing_ends_what_is_in_flight_and_the_client_is_closed_then() throws Exception {
        AmazonS3 s3 = Clients.strict();
        String key = Clients.key("close");
        Servers.fault(key, "PUT", STUCK);
        Servers.fault(key, "GET", STUCK);
        CompletableFuture<?> future = s3.putObjectAsync(put(key, 100));
        AtomicReference<Throwable> blocked = new AtomicReference<>();
        Thread thread = new Thread(() -> blocked.set(assertThrows(Throwable.class, () -> s3.getObject(BUCKET, key))));
        thread.start();
        untilItWaits(thread);
        s3.shutdown();
        thread.join();
        // Its thread may have entered native code and not have begun the request: then the client was closed before it.
        assertTrue(blocked.get() instanceof AbortedException || String.valueOf(blocked.get()).contains("client is closed"),
                String.valueOf(blocked.get()));
        assertTrue(assertThrows(CompletionException.class, future::join).getCause() instanceof AbortedException);
        for (Runnable use : new Runnable[] {() -> s3.putObject(put(key, 1)), () -> s3.getObject(BUCKET, key),
            () -> s3.generatePresignedUrl(BUCKET, key, null), () -> s3.deleteObject(BUCKET, key)}) {
            IllegalStateException e = assertThrows(IllegalStateException.class, use::run);
            assertTrue(e.getMessage().contains("client is closed"), e.getMessage());
        }
        assertTrue(assertThrows(CompletionException.class, () -> s3.putObjectAsync(put(key, 1)).join())
                .getCause() instanceof IllegalStateException);
        s3.shutdown();
    }

    @Test
    void a_client_that_was_never_used_is_closed_too() {
        AmazonS3Client s3 = new AmazonS3Client(Clients.credentials(Servers.strict()));
        s3.shutdown();
        assertThrows(IllegalStateException.class, () -> s3.getObject(BUCKET, "k"));
    }

    @Test
    void an_interrupted_thread_gives_up_its_request() throws Exception {
        AmazonS3 s3 = Clients.strict();
        String key = Clients.key("interrupt");
        Servers.fault(key, "GET", STUCK);
        AtomicReference<Throwable> seen = new AtomicReference<>();
        AtomicReference<Boolean> kept = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            seen.set(assertThrows(Throwable.class, () -> s3.getObject(BUCKET, key)));
            kept.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        untilItWaits(thread);
        thread.interrupt();
        thread.join();
        assertTrue(seen.get() instanceof AbortedException, String.valueOf(seen.get()));
        assertEquals(true, kept.get());
        s3.shutdown();
    }

    /** Until a request is under way on that thread, in native code or parked. */
    private static void untilItWaits(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && Arrays.stream(thread.getStackTrace())
                .noneMatch(frame -> frame.isNativeMethod() && frame.getClassName().equals("io.s3kms.internal.Native"))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void an_interrupt_is_heard_at_whatever_moment_it_comes() throws Exception {
        AmazonS3 s3 = Clients.strict();
        String key = Clients.key("interrupt-any-time");
        Servers.fault(key, "GET", STUCK);
        for (int round = 0; round < 200; round++) {
            AtomicReference<Throwable> seen = new AtomicReference<>();
            Thread thread = new Thread(() -> seen.set(assertThrows(Throwable.class, () -> s3.getObject(BUCKET, key))));
            thread.start();
            long spins = ThreadLocalRandom.current().nextLong(20_000);
            for (long spin = 0; spin < spins; spin++) {
                Thread.onSpinWait();
            }
            thread.interrupt();
            thread.join(); // without the cancel this would wait for ever
            assertTrue(seen.get() instanceof AbortedException, String.valueOf(seen.get()));
            assertTrue(seen.get().getCause() instanceof InterruptedException, String.valueOf(seen.get().getCause()));
        }
        s3.shutdown();
    }

    @Test
    void a_thread_that_is_interrupted_already_sends_nothing() {
        AmazonS3 s3 = Clients.strict();
        String key = Clients.key("interrupted-before");
        Thread.currentThread().interrupt();
        assertThrows(AbortedException.class, () -> s3.putObject(put(key, 100)));
        assertTrue(Thread.interrupted());
        assertFalse(s3.doesObjectExist(BUCKET, key));
        s3.shutdown();
    }

    @Test
    void an_interrupt_ends_the_reading_of_content() throws Exception {
        AmazonS3 s3 = Clients.strict();
        String key = Clients.key("interrupt-read");
        s3.putObject(put(key, 20_000_000));
        InputStream content = s3.getObject(BUCKET, key).getObjectContent();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, content::readAllBytes);
        assertTrue(Thread.interrupted());
        s3.shutdown();
    }

    @Test
    void a_thread_with_a_small_stack_is_enough() throws Exception {
        AmazonS3 s3 = Clients.strict();
        String key = Clients.key("small-stack");
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread thread = new Thread(null, () -> {
            try {
                s3.putObject(put(key, 100));
                assertEquals(100, IOUtils.toByteArray(s3.getObject(BUCKET, key).getObjectContent()).length);
                assertThrows(AmazonServiceException.class, () -> s3.getObject(BUCKET, key + "-absent"));
            } catch (Throwable e) {
                failed.set(e);
            }
        }, "small", 384 * 1024);
        thread.start();
        thread.join();
        assertNull(failed.get());
        s3.shutdown();
    }

    @Test
    void virtual_threads_that_wait_hold_no_carrier() throws Exception {
        Method start;
        try {
            start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException e) {
            return; // before JDK 21
        }
        AmazonS3 s3 = Clients.strict();
        String stuck = Clients.key("virtual-stuck");
        String key = Clients.key("virtual");
        Servers.fault(stuck, "GET", STUCK);
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Runnable get = () -> assertThrows(Throwable.class, () -> s3.getObject(BUCKET, stuck));
            waiting.add((Thread) start.invoke(null, get));
        }
        Runnable put = () -> s3.putObject(put(key, 100));
        ((Thread) start.invoke(null, put)).join(); // were the carriers held, this would wait for ever
        assertTrue(s3.doesObjectExist(BUCKET, key));
        for (Thread thread : waiting) {
            thread.interrupt();
            thread.join();
        }
        s3.shutdown();
    }

    @Test
    void content_is_read_as_it_is_asked_for_and_may_be_given_up() throws Exception {
        AmazonS3 s3 = Clients.strict();
        String key = Clients.key("large");
        s3.putObject(put(key, 20_000_000));
        S3Object whole = s3.getObject(BUCKET, key);
        assertEquals(20_000_000, IOUtils.toByteArray(whole.getObjectContent()).length);
        assertEquals(-1, whole.getObjectContent().read());
        whole.close();
        S3Object part = s3.getObject(BUCKET, key);
        assertEquals(1000, part.getObjectContent().readNBytes(1000).length);
        part.getObjectContent().abort();
        assertThrows(IOException.class, () -> part.getObjectContent().read());
        S3Object open = s3.getObject(BUCKET, key);
        s3.shutdown();
        InputStream content = open.getObjectContent();
        assertThrows(IOException.class, () -> content.readAllBytes());
    }

    @Test
    void content_that_ends_early_is_an_error_and_never_a_short_read() {
        AmazonS3 s3 = Clients.strict();
        String key = Clients.key("truncated");
        s3.putObject(put(key, 5_000_000));
        Servers.fault(key, "GET", "{\"truncateBody\":3000000}");
        assertThrows(IOException.class, () -> {
            try (S3Object object = s3.getObject(BUCKET, key)) {
                IOUtils.toByteArray(object.getObjectContent());
            }
        });
        s3.shutdown();
    }

    @Test
    void endpoint_and_options_may_be_changed_before_use() {
        AmazonS3Client s3 = new AmazonS3Client(Clients.credentials(Servers.strict()).getCredentials());
        s3.setEndpoint(Servers.strict().get("endpoint").getAsString());
        s3.setRegion(io.s3kms.regions.Region.getRegion(io.s3kms.regions.Regions.US_EAST_1));
        s3.setS3ClientOptions(S3ClientOptions.builder().setPathStyleAccess(true).build());
        assertFalse(s3.doesObjectExist(BUCKET, Clients.key("nothing")));
        assertEquals("us-east-1", s3.getRegionName());
        assertEquals(Servers.strict().get("endpoint").getAsString() + "/b/a%20b", s3.getUrl("b", "a b").toString());
        s3.shutdown();
    }
}
