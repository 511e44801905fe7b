package io.s3kms;

/** How a client reaches S3: time limits, connections, retries, proxy, trust. Times are milliseconds. */
public class ClientConfiguration {
    /** Milliseconds to reach the server. */
    public static final int DEFAULT_CONNECTION_TIMEOUT = 10_000;
    /** Milliseconds without a byte. */
    public static final int DEFAULT_SOCKET_TIMEOUT = 50_000;
    /** Connections in use at a time. */
    public static final int DEFAULT_MAX_CONNECTIONS = 50;

    private int connectionTimeout = 10_000;
    private int socketTimeout = 50_000;
    private int requestTimeout = 0;
    private int clientExecutionTimeout = 0;
    private int maxConnections = 50;
    private int maxErrorRetry = -1;
    private long connectionMaxIdleMillis = 60_000;
    private Protocol protocol = Protocol.HTTPS;
    private String signerOverride;
    private String userAgentSuffix;
    private String proxyHost;
    private int proxyPort = -1;
    private String proxyUsername;
    private String proxyPassword;
    private String nonProxyHosts;
    private String trustedCertificatesFile;
    private boolean kmsOverPlainHttpAllowed = false;
    private boolean useTcpKeepAlive = false;
    private boolean useExpectContinue = true;
    private boolean useGzip = false;
    private boolean useThrottleRetries = true;
    private boolean useReaper = true;
    private long connectionTTL = -1;

    /** A configuration as it is by default. */
    public ClientConfiguration() {}

    /**
     * A copy.
     *
     * @param other what to copy
     */
    public ClientConfiguration(ClientConfiguration other) {
        this.connectionTimeout = other.connectionTimeout;
        this.socketTimeout = other.socketTimeout;
        this.requestTimeout = other.requestTimeout;
        this.clientExecutionTimeout = other.clientExecutionTimeout;
        this.maxConnections = other.maxConnections;
        this.maxErrorRetry = other.maxErrorRetry;
        this.connectionMaxIdleMillis = other.connectionMaxIdleMillis;
        this.protocol = other.protocol;
        this.signerOverride = other.signerOverride;
        this.userAgentSuffix = other.userAgentSuffix;
        this.proxyHost = other.proxyHost;
        this.proxyPort = other.proxyPort;
        this.proxyUsername = other.proxyUsername;
        this.proxyPassword = other.proxyPassword;
        this.nonProxyHosts = other.nonProxyHosts;
        this.trustedCertificatesFile = other.trustedCertificatesFile;
        this.kmsOverPlainHttpAllowed = other.kmsOverPlainHttpAllowed;
        this.useTcpKeepAlive = other.useTcpKeepAlive;
        this.useExpectContinue = other.useExpectContinue;
        this.useGzip = other.useGzip;
        this.useThrottleRetries = other.useThrottleRetries;
        this.useReaper = other.useReaper;
        this.connectionTTL = other.connectionTTL;
    }

    /**
     * Milliseconds to reach the server, with the TLS handshake; 0: no limit.
     *
     * @return the value, 10,000 by default
     */
    public int getConnectionTimeout() {
        return connectionTimeout;
    }

    /**
     * Milliseconds to reach the server, with the TLS handshake; 0: no limit.
     *
     * @param value the value
     */
    public void setConnectionTimeout(int value) {
        this.connectionTimeout = value;
    }

    /**
     * Milliseconds to reach the server, with the TLS handshake; 0: no limit.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withConnectionTimeout(int value) {
        setConnectionTimeout(value);
        return this;
    }

    /**
     * Milliseconds without a byte from the server while an answer is awaited; 0: no limit.
     *
     * @return the value, 50,000 by default
     */
    public int getSocketTimeout() {
        return socketTimeout;
    }

    /**
     * Milliseconds without a byte from the server while an answer is awaited; 0: no limit.
     *
     * @param value the value
     */
    public void setSocketTimeout(int value) {
        this.socketTimeout = value;
    }

    /**
     * Milliseconds without a byte from the server while an answer is awaited; 0: no limit.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withSocketTimeout(int value) {
        setSocketTimeout(value);
        return this;
    }

    /**
     * Milliseconds that one attempt may take until its answer begins; 0: no limit.
     *
     * @return the value, 0 by default
     */
    public int getRequestTimeout() {
        return requestTimeout;
    }

    /**
     * Milliseconds that one attempt may take until its answer begins; 0: no limit.
     *
     * @param value the value
     */
    public void setRequestTimeout(int value) {
        this.requestTimeout = value;
    }

    /**
     * Milliseconds that one attempt may take until its answer begins; 0: no limit.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withRequestTimeout(int value) {
        setRequestTimeout(value);
        return this;
    }

    /**
     * Milliseconds that one call may take with all its retries; 0: no limit.
     *
     * @return the value, 0 by default
     */
    public int getClientExecutionTimeout() {
        return clientExecutionTimeout;
    }

    /**
     * Milliseconds that one call may take with all its retries; 0: no limit.
     *
     * @param value the value
     */
    public void setClientExecutionTimeout(int value) {
        this.clientExecutionTimeout = value;
    }

    /**
     * Milliseconds that one call may take with all its retries; 0: no limit.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withClientExecutionTimeout(int value) {
        setClientExecutionTimeout(value);
        return this;
    }

    /**
     * Connections in use at a time; further requests wait.
     *
     * @return the value, 50 by default
     */
    public int getMaxConnections() {
        return maxConnections;
    }

    /**
     * Connections in use at a time; further requests wait.
     *
     * @param value the value
     */
    public void setMaxConnections(int value) {
        this.maxConnections = value;
    }

    /**
     * Connections in use at a time; further requests wait.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withMaxConnections(int value) {
        setMaxConnections(value);
        return this;
    }

    /**
     * Retries of a failed call; -1: the default, 3.
     *
     * @return the value, -1 by default
     */
    public int getMaxErrorRetry() {
        return maxErrorRetry;
    }

    /**
     * Retries of a failed call; -1: the default, 3.
     *
     * @param value the value
     */
    public void setMaxErrorRetry(int value) {
        this.maxErrorRetry = value;
    }

    /**
     * Retries of a failed call; -1: the default, 3.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withMaxErrorRetry(int value) {
        setMaxErrorRetry(value);
        return this;
    }

    /**
     * Milliseconds after which an unused connection is closed.
     *
     * @return the value, 60,000 by default
     */
    public long getConnectionMaxIdleMillis() {
        return connectionMaxIdleMillis;
    }

    /**
     * Milliseconds after which an unused connection is closed.
     *
     * @param value the value
     */
    public void setConnectionMaxIdleMillis(long value) {
        this.connectionMaxIdleMillis = value;
    }

    /**
     * Milliseconds after which an unused connection is closed.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withConnectionMaxIdleMillis(long value) {
        setConnectionMaxIdleMillis(value);
        return this;
    }

    /**
     * Protocol for endpoints that name none.
     *
     * @return the value, Protocol.HTTPS by default
     */
    public Protocol getProtocol() {
        return protocol;
    }

    /**
     * Protocol for endpoints that name none.
     *
     * @param value the value
     */
    public void setProtocol(Protocol value) {
        this.protocol = value;
    }

    /**
     * Protocol for endpoints that name none.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withProtocol(Protocol value) {
        setProtocol(value);
        return this;
    }

    /**
     * Signer: {@code AWSS3V4SignerType} (Signature Version 4, which is the default), {@code NoOpSignerType} (requests are not signed). Signature Version 2 ({@code S3SignerType}) is refused: SSE-KMS does not work with it.
     *
     * @return the value, null by default
     */
    public String getSignerOverride() {
        return signerOverride;
    }

    /**
     * Signer: {@code AWSS3V4SignerType} (Signature Version 4, which is the default), {@code NoOpSignerType} (requests are not signed). Signature Version 2 ({@code S3SignerType}) is refused: SSE-KMS does not work with it.
     *
     * @param value the value
     */
    public void setSignerOverride(String value) {
        this.signerOverride = value;
    }

    /**
     * Signer: {@code AWSS3V4SignerType} (Signature Version 4, which is the default), {@code NoOpSignerType} (requests are not signed). Signature Version 2 ({@code S3SignerType}) is refused: SSE-KMS does not work with it.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withSignerOverride(String value) {
        setSignerOverride(value);
        return this;
    }

    /**
     * Text to append to the User-Agent.
     *
     * @return the value, null by default
     */
    public String getUserAgentSuffix() {
        return userAgentSuffix;
    }

    /**
     * Text to append to the User-Agent.
     *
     * @param value the value
     */
    public void setUserAgentSuffix(String value) {
        this.userAgentSuffix = value;
    }

    /**
     * Text to append to the User-Agent.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withUserAgentSuffix(String value) {
        setUserAgentSuffix(value);
        return this;
    }

    /**
     * Host of an HTTP proxy; null: the system properties {@code https.proxyHost} / {@code http.proxyHost}, then the environment.
     *
     * @return the value, null by default
     */
    public String getProxyHost() {
        return proxyHost;
    }

    /**
     * Host of an HTTP proxy; null: the system properties {@code https.proxyHost} / {@code http.proxyHost}, then the environment.
     *
     * @param value the value
     */
    public void setProxyHost(String value) {
        this.proxyHost = value;
    }

    /**
     * Host of an HTTP proxy; null: the system properties {@code https.proxyHost} / {@code http.proxyHost}, then the environment.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withProxyHost(String value) {
        setProxyHost(value);
        return this;
    }

    /**
     * Port of the proxy.
     *
     * @return the value, -1 by default
     */
    public int getProxyPort() {
        return proxyPort;
    }

    /**
     * Port of the proxy.
     *
     * @param value the value
     */
    public void setProxyPort(int value) {
        this.proxyPort = value;
    }

    /**
     * Port of the proxy.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withProxyPort(int value) {
        setProxyPort(value);
        return this;
    }

    /**
     * User at the proxy.
     *
     * @return the value, null by default
     */
    public String getProxyUsername() {
        return proxyUsername;
    }

    /**
     * User at the proxy.
     *
     * @param value the value
     */
    public void setProxyUsername(String value) {
        this.proxyUsername = value;
    }

    /**
     * User at the proxy.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withProxyUsername(String value) {
        setProxyUsername(value);
        return this;
    }

    /**
     * Password at the proxy.
     *
     * @return the value, null by default
     */
    public String getProxyPassword() {
        return proxyPassword;
    }

    /**
     * Password at the proxy.
     *
     * @param value the value
     */
    public void setProxyPassword(String value) {
        this.proxyPassword = value;
    }

    /**
     * Password at the proxy.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withProxyPassword(String value) {
        setProxyPassword(value);
        return this;
    }

    /**
     * Hosts to reach without the proxy, separated by {@code |}; {@code *.example.com} for all below.
     *
     * @return the value, null by default
     */
    public String getNonProxyHosts() {
        return nonProxyHosts;
    }

    /**
     * Hosts to reach without the proxy, separated by {@code |}; {@code *.example.com} for all below.
     *
     * @param value the value
     */
    public void setNonProxyHosts(String value) {
        this.nonProxyHosts = value;
    }

    /**
     * Hosts to reach without the proxy, separated by {@code |}; {@code *.example.com} for all below.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withNonProxyHosts(String value) {
        setNonProxyHosts(value);
        return this;
    }

    /**
     * PEM file with certificates to trust beside those of the system and of {@code javax.net.ssl.trustStore}. Not in SDK 1.x.
     *
     * @return the value, null by default
     */
    public String getTrustedCertificatesFile() {
        return trustedCertificatesFile;
    }

    /**
     * PEM file with certificates to trust beside those of the system and of {@code javax.net.ssl.trustStore}. Not in SDK 1.x.
     *
     * @param value the value
     */
    public void setTrustedCertificatesFile(String value) {
        this.trustedCertificatesFile = value;
    }

    /**
     * PEM file with certificates to trust beside those of the system and of {@code javax.net.ssl.trustStore}. Not in SDK 1.x.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withTrustedCertificatesFile(String value) {
        setTrustedCertificatesFile(value);
        return this;
    }

    /**
     * Permits SSE-KMS and SSE-C over plain http beyond the loopback interface; keys and content then cross the network in clear. Not in SDK 1.x.
     *
     * @return the value, false by default
     */
    public boolean isKmsOverPlainHttpAllowed() {
        return kmsOverPlainHttpAllowed;
    }

    /**
     * Permits SSE-KMS and SSE-C over plain http beyond the loopback interface; keys and content then cross the network in clear. Not in SDK 1.x.
     *
     * @param value the value
     */
    public void setKmsOverPlainHttpAllowed(boolean value) {
        this.kmsOverPlainHttpAllowed = value;
    }

    /**
     * Permits SSE-KMS and SSE-C over plain http beyond the loopback interface; keys and content then cross the network in clear. Not in SDK 1.x.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withKmsOverPlainHttpAllowed(boolean value) {
        setKmsOverPlainHttpAllowed(value);
        return this;
    }

    /**
     * Accepted, without effect.
     *
     * @return the value, false by default
     */
    public boolean useTcpKeepAlive() {
        return useTcpKeepAlive;
    }

    /**
     * Accepted, without effect.
     *
     * @param value the value
     */
    public void setUseTcpKeepAlive(boolean value) {
        this.useTcpKeepAlive = value;
    }

    /**
     * Accepted, without effect.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withTcpKeepAlive(boolean value) {
        setUseTcpKeepAlive(value);
        return this;
    }

    /**
     * Whether a put of more than 1 MiB asks first whether the server will take it ({@code Expect: 100-continue}), so that a
     * refusal comes before the content is sent.
     *
     * @return the value, true by default
     */
    public boolean isUseExpectContinue() {
        return useExpectContinue;
    }

    /**
     * Sets whether a put of more than 1 MiB asks first whether the server will take it.
     *
     * @param value the value
     */
    public void setUseExpectContinue(boolean value) {
        this.useExpectContinue = value;
    }

    /**
     * Accepted, without effect.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withUseExpectContinue(boolean value) {
        setUseExpectContinue(value);
        return this;
    }

    /**
     * Accepted, without effect.
     *
     * @return the value, false by default
     */
    public boolean useGzip() {
        return useGzip;
    }

    /**
     * Accepted, without effect.
     *
     * @param value the value
     */
    public void setUseGzip(boolean value) {
        this.useGzip = value;
    }

    /**
     * Accepted, without effect.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withGzip(boolean value) {
        setUseGzip(value);
        return this;
    }

    /**
     * Accepted, without effect: retries are always throttled.
     *
     * @return the value, true by default
     */
    public boolean useThrottledRetries() {
        return useThrottleRetries;
    }

    /**
     * Accepted, without effect: retries are always throttled.
     *
     * @param value the value
     */
    public void setUseThrottleRetries(boolean value) {
        this.useThrottleRetries = value;
    }

    /**
     * Accepted, without effect: retries are always throttled.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withThrottledRetries(boolean value) {
        setUseThrottleRetries(value);
        return this;
    }

    /**
     * Accepted, without effect: unused connections are always closed.
     *
     * @return the value, true by default
     */
    public boolean useReaper() {
        return useReaper;
    }

    /**
     * Accepted, without effect: unused connections are always closed.
     *
     * @param value the value
     */
    public void setUseReaper(boolean value) {
        this.useReaper = value;
    }

    /**
     * Accepted, without effect: unused connections are always closed.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withReaper(boolean value) {
        setUseReaper(value);
        return this;
    }

    /**
     * Accepted, without effect.
     *
     * @return the value, -1 by default
     */
    public long getConnectionTTL() {
        return connectionTTL;
    }

    /**
     * Accepted, without effect.
     *
     * @param value the value
     */
    public void setConnectionTTL(long value) {
        this.connectionTTL = value;
    }

    /**
     * Accepted, without effect.
     *
     * @param value the value
     * @return this
     */
    public ClientConfiguration withConnectionTTL(long value) {
        setConnectionTTL(value);
        return this;
    }
}
