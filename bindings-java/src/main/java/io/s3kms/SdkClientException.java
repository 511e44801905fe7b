package io.s3kms;

/** The call failed before an answer of the service could be had, or the answer could not be used. */
public class SdkClientException extends AmazonClientException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    /**
     * An exception with a cause.
     *
     * @param message what happened
     * @param cause why
     */
    public SdkClientException(String message, Throwable cause) {
        this(message, cause, true);
    }

    /**
     * An exception.
     *
     * @param message what happened
     */
    public SdkClientException(String message) {
        this(message, null, true);
    }

    /**
     * An exception with a cause.
     *
     * @param cause why
     */
    public SdkClientException(Throwable cause) {
        this(cause == null ? null : cause.toString(), cause, true);
    }

    /**
     * An exception that knows whether the call may succeed later.
     *
     * @param message what happened
     * @param cause why; may be null
     * @param retryable whether the same call may succeed later
     */
    public SdkClientException(String message, Throwable cause, boolean retryable) {
        super(message, cause);
        this.retryable = retryable;
    }

    @Override
    public boolean isRetryable() {
        return retryable;
    }
}
