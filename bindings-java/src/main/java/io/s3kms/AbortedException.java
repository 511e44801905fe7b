package io.s3kms;

/** The call was cancelled, interrupted, or in flight when its client was closed. */
public class AbortedException extends SdkClientException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception.
     *
     * @param message what happened
     */
    public AbortedException(String message) {
        super(message, null, false);
    }

    /**
     * An exception with a cause.
     *
     * @param message what happened
     * @param cause why
     */
    public AbortedException(String message, Throwable cause) {
        super(message, cause, false);
    }

    /** An exception without a message of its own. */
    public AbortedException() {
        this("The request was aborted");
    }
}
