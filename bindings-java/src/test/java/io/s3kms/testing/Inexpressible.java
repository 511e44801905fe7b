package io.s3kms.testing;

/** A conformance case that no Java application can write: the message says why. */
public final class Inexpressible extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Inexpressible(String why) {
        super(why);
    }
}
