package io.s3kms.internal;

import io.s3kms.AmazonClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Content of a get. Native code reads it chunk by chunk and keeps the last chunk; from there it is copied to where the application
 * wants it. Who reads in small pieces gets them out of a buffer here, because each copy crosses the boundary.
 */
final class DownloadStream extends InputStream {
    /** Most bytes of one chunk: large enough to make the waiting for it cheap. */
    private static final int CHUNK = 256 * 1024;
    /** Bytes of the buffer for those who read in pieces that are smaller than half of it. */
    private static final int BUFFER = 8 * 1024;
    private static final byte[] NONE = new byte[0];

    private final NativeClient client;
    private final long stream;
    /** Not a monitor: a virtual thread that waits for content must not hold its carrier. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Bytes of the chunk that are still with native code. */
    private int left;
    private byte[] buffer = NONE;
    private int at;
    private int buffered;
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
            if (!fill()) {
                return -1;
            }
            buffer();
            return buffer[at++] & 0xff;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (offset < 0 || length < 0 || length > to.length - offset) {
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
            if (at == buffered && length >= BUFFER / 2) {
                return take(to, offset, Math.min(length, left));
            }
            buffer();
            int count = Math.min(length, buffered - at);
            System.arraycopy(buffer, at, to, offset, count);
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
            return buffered - at + left;
        } finally {
            lock.unlock();
        }
    }

    private int take(byte[] to, int offset, int length) throws IOException {
        int count = client.take(stream, to, offset, length);
        if (count == 0) {
            throw new IOException("The stream is closed"); // or its client is: what was read is gone
        }
        left -= count;
        return count;
    }

    /** Has bytes in the buffer; {@link #fill} said that there are some. */
    private void buffer() throws IOException {
        if (at == buffered) {
            if (buffer == NONE) {
                buffer = new byte[BUFFER];
            }
            at = 0;
            buffered = 0;
            buffered = take(buffer, 0, Math.min(BUFFER, left));
        }
    }

    /** False at the end of the content; else bytes are buffered or can be taken. */
    private boolean fill() throws IOException {
        if (closed) {
            throw new IOException("The stream is closed");
        }
        if (at < buffered || left > 0) {
            return true;
        }
        if (ended) {
            return false;
        }
        try {
            left = client.read(stream, CHUNK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new InterruptedIOException("The thread was interrupted while it read the content");
        } catch (AmazonClientException | IllegalStateException e) {
            throw new IOException("The content could not be read to its end: " + e.getMessage(), e);
        }
        ended = left == 0;
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
