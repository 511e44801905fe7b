package io.s3kms.internal;

import io.s3kms.AmazonClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.ReentrantLock;

/** Content of a get, read from native code chunk by chunk. */
final class DownloadStream extends InputStream {
    /** Most bytes of one chunk: large enough to make the crossing cheap. */
    private static final int CHUNK = 256 * 1024;

    private final NativeClient client;
    private final long stream;
    /** Not a monitor: a virtual thread that waits for content must not hold its carrier. */
    private final ReentrantLock lock = new ReentrantLock();
    private byte[] chunk = new byte[0];
    private int at;
    private boolean ended;
    private volatile boolean closed;

    DownloadStream(NativeClient client, long stream) {
        this.client = client;
        this.stream = stream;
        client.watchStream(this, stream);
    }

    @Override
    public int read() throws IOException {
        lock.lock();
        try {
            return fill() ? chunk[at++] & 0xff : -1;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (offset < 0 || length < 0 || length > buffer.length - offset) {
            throw new IndexOutOfBoundsException();
        }
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, chunk.length - at);
            System.arraycopy(chunk, at, buffer, offset, count);
            at += count;
            return count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("The stream is closed");
            }
            return chunk.length - at;
        } finally {
            lock.unlock();
        }
    }

    /** False at the end of the content. */
    private boolean fill() throws IOException {
        if (closed) {
            throw new IOException("The stream is closed");
        }
        if (at < chunk.length) {
            return true;
        }
        if (ended) {
            return false;
        }
        try {
            chunk = client.read(stream, CHUNK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new InterruptedIOException("The thread was interrupted while it read the content");
        } catch (AmazonClientException | IllegalStateException e) {
            throw new IOException("The content could not be read to its end: " + e.getMessage(), e);
        }
        at = 0;
        ended = chunk.length == 0;
        if (ended) {
            client.closeStream(stream);
        }
        return !ended;
    }

    /** Releases the connection, whatever was read. May be called from any thread, also during a read. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            client.closeStream(stream);
        }
    }
}
