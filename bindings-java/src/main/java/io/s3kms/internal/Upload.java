package io.s3kms.internal;

import io.s3kms.AbortedException;
import io.s3kms.SdkClientException;
import io.s3kms.event.ProgressEvent;
import io.s3kms.event.ProgressEventType;
import io.s3kms.event.ProgressListener;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.PutObjectResult;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One put: where its content is, and how it gets to native code. A file is read there, a buffer is handed over; a stream is read
 * on the thread that runs this and pushed, with native code setting the pace.
 */
final class Upload implements Function<Completion, PutObjectResult> {
    private static final int CHUNK = 256 * 1024;

    private final NativeClient client;
    private final PutObjectInput input;
    /** Null where nobody listens. */
    private final ProgressListener listener;
    private final File file;
    private final InputStream given;
    private final int readLimit;
    /** Bytes of the stream; -1 where that is not known. */
    private final long declared;
    /** What can be handed over as it is; null where a stream must be read. */
    private final Content ready;
    private volatile Cancellable current;
    private volatile boolean cancelled;

    Upload(NativeClient client, PutObjectRequest request, PutObjectInput input) {
        this.client = client;
        this.input = input;
        this.listener = request.getGeneralProgressListener();
        this.given = request.getInputStream();
        this.file = given == null ? request.getFile() : null;
        this.readLimit = given == null && file == null ? 0 : Math.max(1, request.getRequestClientOptions().getReadLimit());
        this.declared = declaredLength(request.getMetadata());
        this.ready = ready(request);
    }

    private Content ready(PutObjectRequest request) {
        if (given != null) {
            return null;
        }
        if (file != null) {
            // Told of each piece, the listener wants the content to pass through here.
            return request.getGeneralProgressListener() == null ? Content.of(file) : null;
        }
        if (request.getContent() != null) {
            return Content.of(request.getContent());
        }
        if (request.getRedirectLocation() != null) {
            return Content.NONE;
        }
        throw new IllegalArgumentException("The content must be specified when putting an object: file, inputStream or content");
    }

    private static long declaredLength(ObjectMetadata metadata) {
        if (metadata == null || metadata.getRawMetadataValue(io.s3kms.Headers.CONTENT_LENGTH) == null) {
            return -1;
        }
        long length = metadata.getContentLength();
        if (length < 0) {
            throw new IllegalArgumentException("contentLength must not be negative: " + length);
        }
        return length;
    }

    /** The result, when the call has ended. */
    @Override
    public PutObjectResult apply(Completion how) {
        return Results.put(PutObjectOutput.read(how.frame), input.contentMd5);
    }

    /** Runs on the caller's thread to the end. */
    PutObjectResult run() {
        tell(ProgressEventType.TRANSFER_STARTED_EVENT, 0);
        try {
            PutObjectResult result = ready != null ? handOver() : read();
            tell(ProgressEventType.TRANSFER_COMPLETED_EVENT, 0);
            return result;
        } catch (RuntimeException e) {
            tell(e instanceof AbortedException ? ProgressEventType.TRANSFER_CANCELED_EVENT
                    : ProgressEventType.TRANSFER_FAILED_EVENT, 0);
            throw e;
        }
    }

    /** Starts, and reads a stream on a daemon thread. */
    CompletableFuture<PutObjectResult> start() {
        if (ready != null && listener == null) {
            return client.submit(PutObjectInput.OPERATION, input, ready, true, this).future();
        }
        CompletableFuture<PutObjectResult> future = new CompletableFuture<PutObjectResult>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                boolean done = super.cancel(mayInterruptIfRunning);
                if (done) {
                    Upload.this.cancel();
                }
                return done;
            }
        };
        Daemons.execute(() -> {
            try {
                future.complete(run());
            } catch (Throwable e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    private void cancel() {
        cancelled = true;
        Cancellable call = current;
        if (call != null) {
            call.cancel();
        }
    }

    private PutObjectResult handOver() {
        tell(ProgressEventType.REQUEST_CONTENT_LENGTH_EVENT, ready.length);
        PutObjectResult result = call(ready);
        tell(ProgressEventType.REQUEST_BYTE_TRANSFER_EVENT, ready.length);
        return result;
    }

    private PutObjectResult call(Content content) {
        if (!CallHere.suits(Thread.currentThread())) {
            return submit(content).await();
        }
        CallHere call = client.callHere();
        cancellable(call);
        return client.call(call, PutObjectInput.OPERATION, input, content, this);
    }

    private Call<PutObjectResult> submit(Content content) {
        Call<PutObjectResult> call = client.submit(PutObjectInput.OPERATION, input, content, false, this);
        cancellable(call);
        return call;
    }

    private void cancellable(Cancellable call) {
        current = call;
        if (cancelled) {
            call.cancel();
        }
    }

    private PutObjectResult read() {
        if (file == null) {
            return read(given, declared);
        }
        try (InputStream in = Files.newInputStream(file.toPath())) {
            return read(in, Files.size(file.toPath()));
        } catch (IOException e) {
            throw new SdkClientException("file cannot be read: " + e, e);
        }
    }

    /** A stream that ends soon is gathered, so that it can be sent again after a failure; a longer one is pushed as it comes. */
    private PutObjectResult read(InputStream in, long length) {
        byte[] first = new byte[length >= 0 && length <= readLimit ? (int) length : readLimit];
        int count = fill(in, first, first.length);
        boolean whole = length >= 0 ? count == length || count < first.length : count < first.length;
        if (whole) {
            checkLength(count, length);
            tell(ProgressEventType.REQUEST_CONTENT_LENGTH_EVENT, count);
            PutObjectResult result = call(Content.of(first, 0, count));
            tell(ProgressEventType.REQUEST_BYTE_TRANSFER_EVENT, count);
            return result;
        }
        if (length >= 0) {
            tell(ProgressEventType.REQUEST_CONTENT_LENGTH_EVENT, length);
        }
        return push(in, first, count, length);
    }

    private PutObjectResult push(InputStream in, byte[] first, int firstCount, long length) {
        Call<PutObjectResult> call = submit(Content.stream(length));
        byte[] chunk = first;
        int count = firstCount;
        long total = 0;
        try {
            while (count > 0 && !call.isDone() && client.write(call, chunk, count)) {
                total += count;
                tell(ProgressEventType.REQUEST_BYTE_TRANSFER_EVENT, count);
                if (chunk == first) {
                    chunk = new byte[CHUNK];
                }
                count = fill(in, chunk, length < 0 ? chunk.length : (int) Math.min(chunk.length, length - total));
            }
            if (count == 0) {
                checkLength(total, length);
                client.finish(call);
            }
        } catch (RuntimeException e) {
            abandon(call);
            throw e;
        }
        return call.await();
    }

    /** Ends a request whose content cannot be had; the reason for that is what the caller must see. */
    private static void abandon(Call<?> call) {
        call.cancel();
        try {
            call.await();
        } catch (RuntimeException e) {
            return; // cancelled, as was asked
        }
    }

    private static int fill(InputStream in, byte[] buffer, int most) {
        int count = 0;
        try {
            while (count < most) {
                int n = in.read(buffer, count, most - count);
                if (n < 0) {
                    break;
                }
                count += n;
            }
        } catch (IOException e) {
            throw new SdkClientException("The content (inputStream) could not be read: " + e.getMessage(), e, false);
        }
        return count;
    }

    private static void checkLength(long read, long length) {
        if (length >= 0 && read != length) {
            throw new SdkClientException("Data read has a different length than the expected: dataLength=" + read
                    + "; expectedLength=" + length + " (contentLength of the metadata)", null, false);
        }
    }

    private void tell(ProgressEventType type, long bytes) {
        if (listener == null) {
            return;
        }
        try {
            listener.progressChanged(new ProgressEvent(type, bytes));
        } catch (RuntimeException e) {
            return; // as documented: a listener does not decide over the upload
        }
    }
}
