package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.s3kms.event.ProgressEvent;
import io.s3kms.event.ProgressEventType;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.testing.Clients;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Progress is exact and ends at the content's length. */
class ProgressTest {
    @TempDir
    Path folder;

    private static long sum(List<ProgressEvent> events) {
        return events.stream().mapToLong(ProgressEvent::getBytesTransferred).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 131_073, 131_074, 3_000_000})
    void the_sum_is_the_length_whatever_the_content_is(int length) throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[length]);
        ObjectMetadata known = new ObjectMetadata();
        known.setContentLength(length);
        String bucket = Clients.bucket();
        try (AmazonS3 s3 = Clients.strict()) {
            for (PutObjectRequest request : List.of(new PutObjectRequest(bucket, Clients.key("file"), file.toFile()),
                    new PutObjectRequest(bucket, Clients.key("stream"), new ByteArrayInputStream(new byte[length]), null),
                    new PutObjectRequest(bucket, Clients.key("known"), new ByteArrayInputStream(new byte[length]), known),
                    new PutObjectRequest(bucket, Clients.key("buffer"), ByteBuffer.allocateDirect(length)))) {
                List<ProgressEvent> events = Collections.synchronizedList(new ArrayList<>());
                request.setGeneralProgressListener(event -> {
                    events.add(event);
                    throw new IllegalStateException("a listener decides over nothing");
                });
                s3.putObject(request);
                assertEquals(length, sum(events), request.getKey());
                assertEquals(ProgressEventType.TRANSFER_STARTED_EVENT, events.get(0).getEventType());
                assertEquals(ProgressEventType.TRANSFER_COMPLETED_EVENT, events.get(events.size() - 1).getEventType());
                assertEquals(length, s3.getObjectMetadata(bucket, request.getKey()).getContentLength());
            }
        }
    }

    @Test
    void a_failure_is_told() {
        List<ProgressEvent> events = new ArrayList<>();
        AmazonS3 s3 = Clients.strict();
        PutObjectRequest request = new PutObjectRequest("no-such-bucket", "k", ByteBuffer.allocate(10));
        request.setGeneralProgressListener(events::add);
        assertThrows(AmazonServiceException.class, () -> s3.putObject(request));
        assertEquals(ProgressEventType.TRANSFER_FAILED_EVENT, events.get(events.size() - 1).getEventType());
        s3.shutdown();
    }
}
