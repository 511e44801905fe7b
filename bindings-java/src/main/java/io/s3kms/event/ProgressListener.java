package io.s3kms.event;

/** Is told of the progress of an upload, on the thread that reads the content. What it throws is ignored. */
public interface ProgressListener {
    /** Does nothing. */
    ProgressListener NOOP = event -> {};

    /**
     * Something happened.
     *
     * @param progressEvent what
     */
    void progressChanged(ProgressEvent progressEvent);
}
