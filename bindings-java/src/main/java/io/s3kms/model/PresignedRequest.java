package io.s3kms.model;

import io.s3kms.HttpMethod;
import java.net.URL;
import java.util.Collections;
import java.util.Date;
import java.util.Map;

/** A presigned URL with all that whoever uses it must know. */
public final class PresignedRequest {
    private final URL url;
    private final HttpMethod method;
    private final Map<String, String> signedHeaders;
    private final Date expiration;

    /**
     * For tests of applications.
     *
     * @param url the URL
     * @param method its method
     * @param signedHeaders headers to send
     * @param expiration when it expires
     */
    public PresignedRequest(URL url, HttpMethod method, Map<String, String> signedHeaders, Date expiration) {
        this.url = url;
        this.method = method;
        this.signedHeaders = Collections.unmodifiableMap(signedHeaders);
        this.expiration = expiration;
    }

    /**
     * The URL. Treat it as a secret until it expires.
     *
     * @return the URL
     */
    public URL getUrl() {
        return url;
    }

    /**
     * The HTTP method that the URL is for.
     *
     * @return the method
     */
    public HttpMethod getMethod() {
        return method;
    }

    /**
     * Headers that must be sent exactly so, beside {@code Host}. With SSE-KMS these are the encryption headers: without them, or
     * with others, S3 answers 403.
     *
     * @return the headers, not to be changed
     */
    public Map<String, String> getSignedHeaders() {
        return signedHeaders;
    }

    /**
     * When the URL expires.
     *
     * @return the time
     */
    public Date getExpiration() {
        return expiration;
    }

    /** Method and expiry; never the URL's query. */
    @Override
    public String toString() {
        return "PresignedRequest [method=" + method + ", host=" + url.getHost() + ", path=" + url.getPath() + ", expiration="
                + expiration + ", signedHeaders=" + signedHeaders.keySet() + "]";
    }
}
