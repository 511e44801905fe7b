package io.s3kms.internal;

/** How a call ended, as native code says it. */
final class Completion {
    /** The frame is that of an error. */
    static final int ERROR = 0;
    /** The frame is that of a result. */
    static final int RESULT = 1;
    /** A chunk was taken; the next may follow. */
    static final int WRITTEN = 2;
    /** So many bytes are the next of a stream, 0 at its end. */
    static final int CHUNK = 3;
    /** A result, and all of the object's content. */
    static final int INLINE = 4;
    /** A result, and the number of the stream to read. */
    static final int STREAM = 5;
    /** A result, and the number of bytes that went to the file. */
    static final int DELIVERED = 6;

    final int kind;
    final byte[] frame;
    final byte[] content;
    final long number;

    Completion(int kind, byte[] frame, byte[] content, long number) {
        this.kind = kind;
        this.frame = frame;
        this.content = content;
        this.number = number;
    }
}
