package io.s3kms.model;

/** Headers that the answer to a get shall carry in place of those stored with the object. */
public class ResponseHeaderOverrides {
    private String contentType;
    private String contentLanguage;
    private String expires;
    private String cacheControl;
    private String contentDisposition;
    private String contentEncoding;

    /** Nothing is overridden. */
    public ResponseHeaderOverrides() {}

    /**
     * {@code Content-Type} of the answer.
     *
     * @return the value, or null
     */
    public String getContentType() {
        return contentType;
    }

    /**
     * {@code Content-Type} of the answer.
     *
     * @param value the value, or null
     */
    public void setContentType(String value) {
        this.contentType = value;
    }

    /**
     * {@code Content-Type} of the answer.
     *
     * @param value the value, or null
     * @return this
     */
    public ResponseHeaderOverrides withContentType(String value) {
        setContentType(value);
        return this;
    }

    /**
     * {@code Content-Language} of the answer.
     *
     * @return the value, or null
     */
    public String getContentLanguage() {
        return contentLanguage;
    }

    /**
     * {@code Content-Language} of the answer.
     *
     * @param value the value, or null
     */
    public void setContentLanguage(String value) {
        this.contentLanguage = value;
    }

    /**
     * {@code Content-Language} of the answer.
     *
     * @param value the value, or null
     * @return this
     */
    public ResponseHeaderOverrides withContentLanguage(String value) {
        setContentLanguage(value);
        return this;
    }

    /**
     * {@code Expires} of the answer as an HTTP date.
     *
     * @return the value, or null
     */
    public String getExpires() {
        return expires;
    }

    /**
     * {@code Expires} of the answer as an HTTP date.
     *
     * @param value the value, or null
     */
    public void setExpires(String value) {
        this.expires = value;
    }

    /**
     * {@code Expires} of the answer as an HTTP date.
     *
     * @param value the value, or null
     * @return this
     */
    public ResponseHeaderOverrides withExpires(String value) {
        setExpires(value);
        return this;
    }

    /**
     * {@code Cache-Control} of the answer.
     *
     * @return the value, or null
     */
    public String getCacheControl() {
        return cacheControl;
    }

    /**
     * {@code Cache-Control} of the answer.
     *
     * @param value the value, or null
     */
    public void setCacheControl(String value) {
        this.cacheControl = value;
    }

    /**
     * {@code Cache-Control} of the answer.
     *
     * @param value the value, or null
     * @return this
     */
    public ResponseHeaderOverrides withCacheControl(String value) {
        setCacheControl(value);
        return this;
    }

    /**
     * {@code Content-Disposition} of the answer.
     *
     * @return the value, or null
     */
    public String getContentDisposition() {
        return contentDisposition;
    }

    /**
     * {@code Content-Disposition} of the answer.
     *
     * @param value the value, or null
     */
    public void setContentDisposition(String value) {
        this.contentDisposition = value;
    }

    /**
     * {@code Content-Disposition} of the answer.
     *
     * @param value the value, or null
     * @return this
     */
    public ResponseHeaderOverrides withContentDisposition(String value) {
        setContentDisposition(value);
        return this;
    }

    /**
     * {@code Content-Encoding} of the answer.
     *
     * @return the value, or null
     */
    public String getContentEncoding() {
        return contentEncoding;
    }

    /**
     * {@code Content-Encoding} of the answer.
     *
     * @param value the value, or null
     */
    public void setContentEncoding(String value) {
        this.contentEncoding = value;
    }

    /**
     * {@code Content-Encoding} of the answer.
     *
     * @param value the value, or null
     * @return this
     */
    public ResponseHeaderOverrides withContentEncoding(String value) {
        setContentEncoding(value);
        return this;
    }
}
