package io.s3kms.model;

import io.s3kms.AmazonServiceException;

/** S3, or KMS through S3, answered with an error. KMS errors have a code that begins with {@code KMS.}. */
public class AmazonS3Exception extends AmazonServiceException {
    private static final long serialVersionUID = 1L;

    private String extendedRequestId;
    private String hint;
    private boolean retryable;

    /**
     * An exception with S3's message.
     *
     * @param message the message
     */
    public AmazonS3Exception(String message) {
        super(message);
        setServiceName("Amazon S3");
    }

    /**
     * An exception with S3's message and a cause.
     *
     * @param message the message
     * @param cause the cause
     */
    public AmazonS3Exception(String message, Exception cause) {
        super(message, cause);
        setServiceName("Amazon S3");
    }

    /**
     * S3's second id of the request ({@code x-amz-id-2}).
     *
     * @return the id, or null
     */
    public String getExtendedRequestId() {
        return extendedRequestId;
    }

    /**
     * S3's second id of the request.
     *
     * @param extendedRequestId the id, or null
     */
    public void setExtendedRequestId(String extendedRequestId) {
        this.extendedRequestId = extendedRequestId;
    }

    /**
     * A way out, where one is known.
     *
     * @return the hint, or null
     */
    public String getHint() {
        return hint;
    }

    /**
     * A way out.
     *
     * @param hint the hint, or null
     */
    public void setHint(String hint) {
        this.hint = hint;
    }

    /**
     * Whether the same request may succeed later.
     *
     * @param retryable the value
     */
    public void setRetryable(boolean retryable) {
        this.retryable = retryable;
    }

    @Override
    public boolean isRetryable() {
        return retryable;
    }

    @Override
    public String getMessage() {
        return getErrorMessage() + " (Service: " + getServiceName() + "; Status Code: " + getStatusCode()
                + "; Error Code: " + getErrorCode() + "; Request ID: " + getRequestId() + "; S3 Extended Request ID: "
                + extendedRequestId + ")" + (hint == null ? "" : ". " + hint);
    }

    @Override
    public String toString() {
        return getClass().getName() + ": " + getMessage();
    }
}
