package io.s3kms;

/** The service answered with an error. */
public class AmazonServiceException extends SdkClientException {
    private static final long serialVersionUID = 1L;

    /** Who is to blame. */
    public enum ErrorType {
        /** The caller: the request is wrong or not permitted (status 4xx). */
        Client,
        /** The service (status 5xx). */
        Service,
        /** Not known. */
        Unknown
    }

    private String errorMessage;
    private String errorCode;
    private String requestId;
    private String serviceName;
    private int statusCode;
    private ErrorType errorType = ErrorType.Unknown;

    /**
     * An exception with the service's message.
     *
     * @param errorMessage the message
     */
    public AmazonServiceException(String errorMessage) {
        super(errorMessage);
        this.errorMessage = errorMessage;
    }

    /**
     * An exception with the service's message and a cause.
     *
     * @param errorMessage the message
     * @param cause the cause
     */
    public AmazonServiceException(String errorMessage, Exception cause) {
        super(errorMessage, cause);
        this.errorMessage = errorMessage;
    }

    /**
     * The service's id of the request.
     *
     * @return the id, or null
     */
    public String getRequestId() {
        return requestId;
    }

    /**
     * The service's id of the request.
     *
     * @param requestId the id, or null
     */
    public void setRequestId(String requestId) {
        this.requestId = requestId;
    }

    /**
     * Name of the service: {@code Amazon S3}.
     *
     * @return the name
     */
    public String getServiceName() {
        return serviceName;
    }

    /**
     * Name of the service.
     *
     * @param serviceName the name
     */
    public void setServiceName(String serviceName) {
        this.serviceName = serviceName;
    }

    /**
     * Code of the error, such as {@code NoSuchKey} or {@code KMS.NotFoundException}.
     *
     * @return the code, or null
     */
    public String getErrorCode() {
        return errorCode;
    }

    /**
     * Code of the error.
     *
     * @param errorCode the code
     */
    public void setErrorCode(String errorCode) {
        this.errorCode = errorCode;
    }

    /**
     * Who is to blame.
     *
     * @return the type
     */
    public ErrorType getErrorType() {
        return errorType;
    }

    /**
     * Who is to blame.
     *
     * @param errorType the type
     */
    public void setErrorType(ErrorType errorType) {
        this.errorType = errorType;
    }

    /**
     * The service's message, without codes and ids.
     *
     * @return the message
     */
    public String getErrorMessage() {
        return errorMessage;
    }

    /**
     * The service's message.
     *
     * @param errorMessage the message
     */
    public void setErrorMessage(String errorMessage) {
        this.errorMessage = errorMessage;
    }

    /**
     * HTTP status of the answer.
     *
     * @return the status; 0 where there was none
     */
    public int getStatusCode() {
        return statusCode;
    }

    /**
     * HTTP status of the answer.
     *
     * @param statusCode the status
     */
    public void setStatusCode(int statusCode) {
        this.statusCode = statusCode;
    }

    @Override
    public String getMessage() {
        return errorMessage + " (Service: " + serviceName + "; Status Code: " + statusCode + "; Error Code: " + errorCode
                + "; Request ID: " + requestId + ")";
    }
}
