package io.s3kms;

/** Anything that went wrong in a call: in the client, on the way, or at the service. */
public class AmazonClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with a cause.
     *
     * @param message what happened
     * @param cause why
     */
    public AmazonClientException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * An exception.
     *
     * @param message what happened
     */
    public AmazonClientException(String message) {
        super(message);
    }

    /**
     * An exception with a cause.
     *
     * @param cause why
     */
    public AmazonClientException(Throwable cause) {
        super(cause);
    }

    /**
     * Whether the same call may succeed later.
     *
     * @return true unless it is known that it cannot
     */
    public boolean isRetryable() {
        return true;
    }
}
