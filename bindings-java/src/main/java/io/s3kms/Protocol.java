package io.s3kms;

/** How the server is reached where the endpoint does not say it. */
public enum Protocol {
    /** Plain http: SSE-KMS and SSE-C are refused over it beyond the loopback interface. */
    HTTP("http"),
    /** TLS. */
    HTTPS("https");

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
