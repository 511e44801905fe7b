package io.s3kms.internal;

import io.s3kms.model.ObjectMetadata;

/**
 * What S3 says about an object, as it came from native code: {@link ObjectMetadata} reads it when it is first asked for anything.
 * Most callers of a put or get ask for nothing, and need not pay for maps of headers.
 */
public abstract class DeferredMetadata {
    private static Maker maker;

    /** Constructor of metadata that is read later; not one for applications. */
    public interface Maker {
        /**
         * Makes metadata.
         *
         * @param source where it is read from, once
         * @return the metadata
         */
        ObjectMetadata make(DeferredMetadata source);
    }

    /** For the sources. */
    protected DeferredMetadata() {}

    /**
     * Called by {@link ObjectMetadata} when it is initialised.
     *
     * @param constructor its constructor
     */
    public static void setMaker(Maker constructor) {
        maker = constructor;
    }

    /**
     * Reads the metadata.
     *
     * @return the metadata
     */
    public abstract ObjectMetadata read();

    /** The metadata, to be read when it is asked for. */
    final ObjectMetadata later() {
        if (maker == null) {
            new ObjectMetadata(); // initialises the class, which sets it
        }
        return maker.make(this);
    }
}
