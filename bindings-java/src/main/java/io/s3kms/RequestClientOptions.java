package io.s3kms;

/** How the client handles one request. */
public final class RequestClientOptions {
    /** The read limit by default: 128 KiB and one byte. */
    public static final int DEFAULT_STREAM_BUFFER_SIZE = (1 << 17) + 1;

    private int readLimit = DEFAULT_STREAM_BUFFER_SIZE;

    /** Options as they are by default. */
    public RequestClientOptions() {}

    /**
     * Bytes of a stream that are gathered in memory before it is sent: a stream that ends within them can be sent again after a
     * failure.
     *
     * @return the limit in bytes
     */
    public int getReadLimit() {
        return readLimit;
    }

    /**
     * Bytes of a stream that are gathered in memory before it is sent: a stream that ends within them can be sent again after a
     * failure.
     *
     * @param readLimit the limit in bytes
     */
    public void setReadLimit(int readLimit) {
        this.readLimit = readLimit;
    }
}
