package io.s3kms.model;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The content of an object, read from the server as it is asked for. Close it: it holds a connection. */
public class S3ObjectInputStream extends FilterInputStream {
    /**
     * A stream over another; applications make such streams in tests.
     *
     * @param in the content
     */
    public S3ObjectInputStream(InputStream in) {
        super(in);
    }

    /**
     * A stream over another, by the constructor of SDK 1.x.
     *
     * @param in the content
     * @param httpRequest not used, may be null
     */
    public S3ObjectInputStream(InputStream in, Object httpRequest) {
        this(in);
    }

    /** Gives up the rest of the content: the connection is released at once, without reading on. */
    public void abort() {
        try {
            in.close();
        } catch (IOException e) {
            return; // nothing is lost that the caller still wants
        }
    }

    /**
     * The stream beneath.
     *
     * @return the stream
     */
    public InputStream getDelegateStream() {
        return in;
    }
}
