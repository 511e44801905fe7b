package io.s3kms.internal;

import java.nio.ByteBuffer;

/**
 * The natives. Clients, requests and streams are numbers that native code looks up: a stale number is an error. What goes
 * wrong is thrown as {@link NativeException}.
 */
final class Native {
    /** Version of these signatures; the library has the same. */
    static final int ABI_VERSION = 3;

    /** No content; for a get: to a stream. */
    static final int NONE = 0;
    /** A range of a {@code byte[]}, copied before {@code submit} returns. */
    static final int BYTES = 1;
    /** A range of a direct buffer, borrowed until the completion. */
    static final int DIRECT = 2;
    /** A file; the path is UTF-8 in the {@code byte[]}. */
    static final int FILE = 3;
    /** Pushed with {@link #write} and {@link #finish}; the length where it is known, else -1. */
    static final int STREAM = 4;

    /** Field of a batch's answer: the frame of a presign result, without URL. */
    static final int PRESIGNED = 1;
    /** Field of a batch's answer, as often as there were keys: a URL. */
    static final int URL = 2;

    private Native() {}

    static native int abiVersion();

    static native long schemaHash();

    static native void init(Class<?> completions, Class<?> exception, Class<?> completion);

    static native long clientNew(byte[] frame, int length);

    static native long submit(long client, long tag, int operation, byte[] frame, int frameLength, int bodyKind, byte[] bytes,
            ByteBuffer buffer, int offset, long length);

    /** As {@link #submit}, but runs on this thread and returns the result. A stream cannot be put so. */
    static native Completion call(long client, long tag, int operation, byte[] frame, int frameLength, int bodyKind, byte[] bytes,
            ByteBuffer buffer, int offset, long length);

    static native boolean cancel(long client, long request);

    static native void write(long client, long request, byte[] chunk, int offset, int length, long tag);

    static native void finish(long client, long request);

    static native void read(long client, long stream, int most, long tag);

    /** As {@link #read}, but on this thread; returns how many bytes are there to take, 0 at the end. */
    static native int callRead(long client, long stream, int most, long tag);

    /** Copies what the last read gave, and was not taken yet; returns how many bytes, 0 when there are none left. */
    static native int take(long client, long stream, byte[] to, int offset, int length);

    static native void closeStream(long client, long stream);

    /** The answer stands in {@code frame} where it fits, else in a new array: its length in four bytes, then the result's frame. */
    static native byte[] presign(long client, byte[] frame, int length, boolean urlOnly);

    /**
     * As {@link #presign}, for many keys: after the template's frame come the keys, each behind its length. The answer's frame
     * holds what the URLs have in common as {@link #PRESIGNED}, and each URL as {@link #URL}.
     */
    static native byte[] presignBatch(long client, byte[] frame, int templateLength, int length);

    static native void close(long client);
}
