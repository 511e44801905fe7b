package io.s3kms.internal;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Content of a put, or the target of a get, in the form in which it crosses. */
final class Content {
    static final Content NONE = new Content(Native.NONE, null, null, 0, 0);

    final int kind;
    final byte[] bytes;
    final ByteBuffer buffer;
    final int offset;
    /** Bytes; -1 for a stream of unknown length. */
    final long length;

    private Content(int kind, byte[] bytes, ByteBuffer buffer, int offset, long length) {
        this.kind = kind;
        this.bytes = bytes;
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
    }

    static Content of(byte[] bytes, int offset, int length) {
        return new Content(Native.BYTES, bytes, null, offset, length);
    }

    static Content of(ByteBuffer buffer) {
        if (buffer.isDirect()) {
            return new Content(Native.DIRECT, null, buffer, buffer.position(), buffer.remaining());
        }
        if (buffer.hasArray()) {
            return of(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return of(copy, 0, copy.length);
    }

    static Content of(File file) {
        byte[] path = file.getPath().getBytes(StandardCharsets.UTF_8);
        return new Content(Native.FILE, path, null, 0, path.length);
    }

    static Content stream(long length) {
        return new Content(Native.STREAM, null, null, 0, length);
    }
}
