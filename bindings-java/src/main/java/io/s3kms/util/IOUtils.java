package io.s3kms.util;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Small helpers for streams. */
public enum IOUtils {
    ;

    private static final int BUFFER = 16 * 1024;

    /**
     * Reads a stream to its end. Does not close it.
     *
     * @param is the stream
     * @return its bytes
     * @throws IOException when reading fails
     */
    public static byte[] toByteArray(InputStream is) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        copy(is, out);
        return out.toByteArray();
    }

    /**
     * Reads a stream to its end as UTF-8. Does not close it.
     *
     * @param is the stream
     * @return its text
     * @throws IOException when reading fails
     */
    public static String toString(InputStream is) throws IOException {
        return new String(toByteArray(is), StandardCharsets.UTF_8);
    }

    /**
     * Copies a stream to its end. Closes neither.
     *
     * @param in where to read
     * @param out where to write
     * @return the number of bytes
     * @throws IOException when reading or writing fails
     */
    public static long copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long count = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
            count += n;
        }
        return count;
    }

    /**
     * Reads a stream to its end and forgets it. Does not close it; what goes wrong is ignored.
     *
     * @param in the stream
     */
    public static void drainInputStream(InputStream in) {
        try {
            byte[] buffer = new byte[BUFFER];
            while (in.read(buffer) >= 0) {
                continue;
            }
        } catch (IOException e) {
            return; // as documented
        }
    }

    /**
     * Closes and ignores what goes wrong.
     *
     * @param is what to close; may be null
     * @param log not used
     */
    public static void closeQuietly(Closeable is, Object log) {
        if (is == null) {
            return;
        }
        try {
            is.close();
        } catch (IOException e) {
            return; // as documented
        }
    }
}
