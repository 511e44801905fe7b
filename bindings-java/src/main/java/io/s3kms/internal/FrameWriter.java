package io.s3kms.internal;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Writes a frame: see {@code frame.rs} for the format. Writers are used again: {@link #take} one, and {@link #giveBack} it in a
 * finally block.
 */
final class FrameWriter {
    private static final int HEADER = 6;
    private static final int FIRST_SIZE = 2048;
    /** Larger buffers are not kept. */
    private static final int LARGEST_KEPT = 1 << 16;
    private static final int SLOTS = 32;
    /**
     * Writers that nobody uses, where threads find them by their number. Not a thread local: that would bind our class loader to
     * threads of the application, and give each virtual thread a buffer of its own.
     */
    private static final AtomicReferenceArray<FrameWriter> SPARE = new AtomicReferenceArray<>(SLOTS);

    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;

    /** An empty writer, until it is given back. */
    static FrameWriter take() {
        FrameWriter spare = SPARE.getAndSet(slot(), null);
        return spare == null ? new FrameWriter() : spare;
    }

    /** Overwrites what was written, which may hold keys, and lets others use this writer. */
    void giveBack() {
        wipe();
        if (bytes.length <= LARGEST_KEPT) {
            SPARE.lazySet(slot(), this);
        }
    }

    private static int slot() {
        return (int) Thread.currentThread().getId() & SLOTS - 1;
    }

    /**
     * Takes over what native code answered: it wrote into this writer's array, or brought a larger one. The array begins with the
     * number of bytes that follow.
     *
     * @return a reader of the answer, good until this is given back
     */
    FrameReader answer(byte[] written) {
        int end = FrameReader.int32(written, 0) + Integer.BYTES;
        FrameReader reader = new FrameReader(written, Integer.BYTES, end); // refuses what lies outside
        if (written == bytes) {
            length = Math.max(length, end); // the rest of a longer request is still to be overwritten
        } else {
            wipe();
            bytes = written;
            length = end;
        }
        return reader;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void wipe() {
        Arrays.fill(bytes, 0, length, (byte) 0);
        length = 0;
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

    /** A text behind its length. */
    void sized(String value, String field, FlatInput input) {
        if (value == null) {
            throw new IllegalArgumentException(input.javaName(field) + " must not hold a null");
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
        // Nearly every text is ASCII: a loop that the JIT compiles well.
        byte[] out = bytes;
        int start = length;
        int ascii = 0;
        while (ascii < count) {
            char c = text.charAt(ascii);
            if (c >= 0x80) {
                break;
            }
            out[start + ascii++] = (byte) c;
        }
        length = start + ascii;
        for (int i = ascii; i < count; i++) {
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
