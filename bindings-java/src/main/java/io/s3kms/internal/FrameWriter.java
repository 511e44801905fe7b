package io.s3kms.internal;

import java.util.Arrays;
import java.util.Map;

/** Writes a frame: see {@code frame.rs} for the format. */
final class FrameWriter {
    private static final int HEADER = 6;

    private byte[] bytes = new byte[512];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Overwrites what was written: it may hold keys. */
    void wipe() {
        Arrays.fill(bytes, 0, length, (byte) 0);
    }

    void text(int number, String value, String field, FlatInput input) {
        if (value == null) {
            return;
        }
        int start = begin(number);
        utf8(value, field, input);
        end(start);
    }

    void bool(int number, Boolean value) {
        if (value == null) {
            return;
        }
        int start = begin(number);
        reserve(1);
        bytes[length++] = (byte) (value ? 1 : 0);
        end(start);
    }

    void number(int number, Long value) {
        if (value == null) {
            return;
        }
        int start = begin(number);
        reserve(Long.BYTES);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            bytes[length++] = (byte) (value >> shift);
        }
        end(start);
    }

    void map(int number, Map<String, String> values, String field, FlatInput input) {
        if (values == null || values.isEmpty()) {
            return;
        }
        int start = begin(number);
        for (Map.Entry<String, String> entry : values.entrySet()) {
            sized(entry.getKey(), field, input);
            sized(entry.getValue(), field, input);
        }
        end(start);
    }

    private void sized(String value, String field, FlatInput input) {
        if (value == null) {
            throw new IllegalArgumentException(input.javaName(field) + " must not hold a null name or value");
        }
        int at = length;
        reserve(Integer.BYTES);
        length += Integer.BYTES;
        utf8(value, field, input);
        putInt(at, length - at - Integer.BYTES);
    }

    private int begin(int number) {
        reserve(HEADER);
        int start = length;
        bytes[length] = (byte) number;
        bytes[length + 1] = (byte) (number >> Byte.SIZE);
        length += HEADER;
        return start;
    }

    private void end(int start) {
        putInt(start + 2, length - start - HEADER);
    }

    private void putInt(int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (value >> (i * Byte.SIZE));
        }
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            byte[] old = bytes;
            bytes = Arrays.copyOf(old, Math.max(old.length * 2, length + more));
            Arrays.fill(old, (byte) 0);
        }
    }

    /** Java's own encoder replaces lone surrogates by question marks: another key than was asked for would be stored. */
    private void utf8(String text, String field, FlatInput input) {
        int count = text.length();
        reserve(count * 3);
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes[length++] = (byte) c;
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xc0 | c >> 6);
                bytes[length++] = (byte) (0x80 | c & 0x3f);
            } else if (!Character.isSurrogate(c)) {
                bytes[length++] = (byte) (0xe0 | c >> 12);
                bytes[length++] = (byte) (0x80 | c >> 6 & 0x3f);
                bytes[length++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c) && i + 1 < count && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[length++] = (byte) (0xf0 | point >> 18);
                bytes[length++] = (byte) (0x80 | point >> 12 & 0x3f);
                bytes[length++] = (byte) (0x80 | point >> 6 & 0x3f);
                bytes[length++] = (byte) (0x80 | point & 0x3f);
            } else {
                throw new IllegalArgumentException(input.javaName(field)
                        + " is not valid Unicode: it holds half of a surrogate pair at index " + i);
            }
        }
    }
}
