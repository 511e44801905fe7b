package io.s3kms;

import io.s3kms.auth.AWSCredentialsProvider;
import io.s3kms.event.ProgressListener;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What every request has. */
public abstract class AmazonWebServiceRequest implements Cloneable {
    private Map<String, String> customHeaders;
    /** Made when asked for: few requests have any. */
    private RequestClientOptions options;
    private AWSCredentialsProvider credentialsProvider;
    private ProgressListener progressListener;
    private Integer executionTimeout;

    /** A request that says nothing yet. */
    protected AmazonWebServiceRequest() {}

    /**
     * Adds an HTTP header, sent and signed as it is.
     *
     * @param name its name
     * @param value its value
     * @return the value that it had before, or null
     */
    public String putCustomRequestHeader(String name, String value) {
        if (customHeaders == null) {
            customHeaders = new LinkedHashMap<>();
        }
        return customHeaders.put(name, value);
    }

    /**
     * The HTTP headers that were added.
     *
     * @return the headers, not to be changed; null when there are none
     */
    public Map<String, String> getCustomRequestHeaders() {
        return customHeaders == null ? null : Collections.unmodifiableMap(customHeaders);
    }

    /**
     * How the client handles this request.
     *
     * @return the options, to be changed in place
     */
    public RequestClientOptions getRequestClientOptions() {
        if (options == null) {
            options = new RequestClientOptions();
        }
        return options;
    }

    /**
     * Credentials for this request alone.
     *
     * @return their provider; null: the client's
     */
    public AWSCredentialsProvider getRequestCredentialsProvider() {
        return credentialsProvider;
    }

    /**
     * Credentials for this request alone.
     *
     * @param credentialsProvider their provider; null: the client's
     */
    public void setRequestCredentialsProvider(AWSCredentialsProvider credentialsProvider) {
        this.credentialsProvider = credentialsProvider;
    }

    /**
     * Credentials for this request alone.
     *
     * @param credentialsProvider their provider; null: the client's
     * @param <T> the request's class
     * @return this
     */
    public <T extends AmazonWebServiceRequest> T withRequestCredentialsProvider(
            AWSCredentialsProvider credentialsProvider) {
        setRequestCredentialsProvider(credentialsProvider);
        return self();
    }

    /**
     * Is told of the bytes of an upload.
     *
     * @return the listener, or null
     */
    public ProgressListener getGeneralProgressListener() {
        return progressListener;
    }

    /**
     * Is told of the bytes of an upload: the sum is exact and ends at the content's length.
     *
     * @param progressListener the listener, or null
     */
    public void setGeneralProgressListener(ProgressListener progressListener) {
        this.progressListener = progressListener;
    }

    /**
     * Is told of the bytes of an upload: the sum is exact and ends at the content's length.
     *
     * @param progressListener the listener, or null
     * @param <T> the request's class
     * @return this
     */
    public <T extends AmazonWebServiceRequest> T withGeneralProgressListener(ProgressListener progressListener) {
        setGeneralProgressListener(progressListener);
        return self();
    }

    /**
     * Time for the whole call with all its retries.
     *
     * @return milliseconds; null: as the client says
     */
    public Integer getSdkClientExecutionTimeout() {
        return executionTimeout;
    }

    /**
     * Time for the whole call with all its retries.
     *
     * @param milliseconds the time; 0: no limit of this request's own
     */
    public void setSdkClientExecutionTimeout(int milliseconds) {
        this.executionTimeout = milliseconds;
    }

    /**
     * Time for the whole call with all its retries.
     *
     * @param milliseconds the time; 0: no limit of this request's own
     * @param <T> the request's class
     * @return this
     */
    public <T extends AmazonWebServiceRequest> T withSdkClientExecutionTimeout(int milliseconds) {
        setSdkClientExecutionTimeout(milliseconds);
        return self();
    }

    @SuppressWarnings("unchecked") // SDK 1.x lets the caller choose T; it is this object's class
    private <T extends AmazonWebServiceRequest> T self() {
        return (T) this;
    }

    @Override
    public AmazonWebServiceRequest clone() {
        try {
            AmazonWebServiceRequest copy = (AmazonWebServiceRequest) super.clone();
            copy.customHeaders = customHeaders == null ? null : new LinkedHashMap<>(customHeaders);
            if (options != null) {
                copy.options = new RequestClientOptions();
                copy.options.setReadLimit(options.getReadLimit());
            }
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }
}
