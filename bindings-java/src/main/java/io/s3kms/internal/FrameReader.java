package io.s3kms.internal;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a frame: see {@code frame.rs} for the format. */
final class FrameReader {
    private static final int HEADER = 6;

    private final byte[] bytes;
    /** Where the frame ends. */
    private final int limit;
    private int at;
    /** Where the field ends. */
    private int end;
    private int number;

    FrameReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** A reader of the frame in a range of an array. */
    FrameReader(byte[] bytes, int from, int to) {
        need(from >= 0 && from <= to && to <= bytes.length);
        this.bytes = bytes;
        this.limit = to;
        this.end = from;
    }

    /** Steps to the next field; false at the end. */
    boolean next() {
        at = end;
        if (at == limit) {
            return false;
        }
        need(limit - at >= HEADER);
        number = bytes[at] & 0xff | (bytes[at + 1] & 0xff) << Byte.SIZE;
        int length = int32(bytes, at + 2);
        at += HEADER;
        need(length >= 0 && length <= limit - at);
        end = at + length;
        return true;
    }

    int number() {
        return number;
    }

    String text() {
        return new String(bytes, at, end - at, StandardCharsets.UTF_8);
    }

    Boolean bool() {
        need(end - at == 1);
        return bytes[at] != 0;
    }

    Long int64() {
        need(end - at == Long.BYTES);
        return int32(bytes, at) & 0xffffffffL | (long) int32(bytes, at + Integer.BYTES) << Integer.SIZE;
    }

    Map<String, String> map() {
        Map<String, String> values = new LinkedHashMap<>();
        while (at < end) {
            String name = sized();
            values.put(name, sized());
        }
        return values;
    }

    private String sized() {
        need(end - at >= Integer.BYTES);
        int length = int32(bytes, at);
        at += Integer.BYTES;
        need(length >= 0 && length <= end - at);
        String value = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return value;
    }

    /** A reader of the same frame, at its first field. Only before the first {@link #next}. */
    FrameReader copy() {
        return new FrameReader(bytes, end, limit);
    }

    /** A reader of the frame that is the field's value. */
    FrameReader nested() {
        return new FrameReader(bytes, at, end);
    }

    /** The array that the frame stands in. */
    byte[] array() {
        return bytes;
    }

    /** Where the field's value begins. */
    int start() {
        return at;
    }

    /** Where the field's value ends. */
    int end() {
        return end;
    }

    static int int32(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | (bytes[at + 3] & 0xff) << 24;
    }

    private static void need(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("the frame from native code is malformed");
        }
    }

    IllegalStateException unknown() {
        return new IllegalStateException("the frame from native code holds the unknown field " + number);
    }
}
