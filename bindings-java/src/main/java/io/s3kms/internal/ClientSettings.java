package io.s3kms.internal;

import io.s3kms.ClientConfiguration;
import io.s3kms.Protocol;
import io.s3kms.auth.AWSCredentials;
import io.s3kms.auth.AWSCredentialsProvider;
import io.s3kms.auth.AWSSessionCredentials;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.AnonymousAWSCredentials;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.auth.BasicSessionCredentials;
import io.s3kms.auth.DefaultAWSCredentialsProviderChain;
import io.s3kms.auth.SystemPropertiesCredentialsProvider;
import io.s3kms.auth.profile.ProfileCredentialsProvider;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client was told, and how that becomes native code's configuration. Java's system properties and
 * {@code System.getenv} are read here: native code cannot see them. What they do not say is left to it.
 */
public final class ClientSettings {
    private static final String FALLBACK_REGION = "us-east-1";

    /** How the client reaches the server; never null. */
    public ClientConfiguration configuration = new ClientConfiguration();
    /** Who gives credentials; null: the default chain. */
    public AWSCredentialsProvider credentials;
    /** The region that the application named, or null. */
    public String region;
    /** The endpoint that the application named, or null. */
    public String endpoint;
    /** Whether the bucket stands in the path; null: as fits the endpoint. */
    public Boolean pathStyle;
    /** IPv6 endpoints too. */
    public boolean dualStack;
    /** S3 Transfer Acceleration. */
    public boolean accelerate;
    /** The content is signed also over TLS. */
    public boolean payloadSigning;
    /** Never {@code aws-chunked} bodies. */
    public boolean chunkedEncodingDisabled;

    /** Settings as they are by default. */
    public ClientSettings() {}

    /**
     * Native code's configuration.
     *
     * @return the configuration
     * @throws IllegalArgumentException when a setting is refused
     */
    public ClientConfigInput toInput() {
        ClientConfigInput in = new ClientConfigInput();
        ClientConfiguration c = configuration;
        in.region = region();
        in.endpoint = endpointUrl(in.region);
        in.forcePathStyle = endpoint == null && in.endpoint != null && pathStyle == null ? Boolean.FALSE : pathStyle;
        in.useDualStack = dualStack ? true : null;
        in.useAccelerate = accelerate ? true : null;
        in.signPayload = payloadSigning ? true : null;
        in.disableChunkedEncoding = chunkedEncodingDisabled ? true : null;
        in.expectContinue = c.isUseExpectContinue() ? null : false;
        in.connectTimeoutMs = (long) c.getConnectionTimeout();
        in.readTimeoutMs = (long) c.getSocketTimeout();
        in.attemptTimeoutMs = (long) c.getRequestTimeout();
        in.requestTimeoutMs = (long) c.getClientExecutionTimeout();
        in.maxAttempts = c.getMaxErrorRetry() < 0 ? null : (Long) (c.getMaxErrorRetry() + 1L);
        in.maxConnections = (long) c.getMaxConnections();
        in.maxIdleMs = c.getConnectionMaxIdleMillis();
        in.allowKmsOverHttp = c.isKmsOverPlainHttpAllowed() ? true : null;
        in.caFile = c.getTrustedCertificatesFile();
        in.caPem = TrustStore.asPem();
        in.userAgent = userAgent(c.getUserAgentSuffix());
        proxy(in);
        signer(c.getSignerOverride(), in);
        credentials(in);
        return in;
    }

    /** The region: named, of the endpoint, of the system property, of the environment; null: left to native code. */
    private String region() {
        if (notEmpty(region)) {
            return region;
        }
        if (endpoint != null) {
            String text = endpoint.toLowerCase(Locale.ROOT);
            Matcher host = text.contains("amazonaws") ? AwsHosts.PATTERN.matcher(text) : null;
            if (host != null && host.find()) {
                return host.group(1);
            }
        }
        for (String candidate : new String[] {System.getProperty("aws.region"), System.getenv("AWS_REGION"),
            System.getenv("AWS_DEFAULT_REGION")}) {
            if (notEmpty(candidate)) {
                return candidate;
            }
        }
        return endpoint == null ? null : FALLBACK_REGION;
    }

    private String endpointUrl(String ofRegion) {
        Protocol protocol = configuration.getProtocol() == null ? Protocol.HTTPS : configuration.getProtocol();
        if (endpoint == null) {
            // Plain http was asked for, and AWS has it: only the scheme differs from what native code would take.
            return protocol == Protocol.HTTP && ofRegion != null ? "http://s3." + ofRegion + ".amazonaws.com" : null;
        }
        return endpoint.contains("://") ? endpoint : protocol + "://" + endpoint;
    }

    private static String userAgent(String suffix) {
        StringBuilder java = new StringBuilder("java/").append(System.getProperty("java.version", "unknown"));
        for (int i = "java/".length(); i < java.length(); i++) {
            char c = java.charAt(i);
            boolean fits = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || "._+-".indexOf(c) >= 0;
            java.setCharAt(i, fits ? c : '_');
        }
        return notEmpty(suffix) ? java.append(' ').append(suffix).toString() : java.toString();
    }

    private void proxy(ClientConfigInput in) {
        ClientConfiguration c = configuration;
        String scheme = in.endpoint != null && in.endpoint.startsWith("http://") ? "http" : "https";
        String host = c.getProxyHost();
        int port = c.getProxyPort();
        if (host != null && host.isEmpty()) {
            in.proxy = ""; // none, whatever the environment says
            return;
        }
        if (host == null) {
            host = System.getProperty(scheme + ".proxyHost");
            port = port > 0 ? port : Integer.getInteger(scheme + ".proxyPort", -1);
        }
        if (!notEmpty(host)) {
            return;
        }
        in.proxy = "http://" + host + (port > 0 ? ":" + port : "");
        in.proxyUsername = orProperty(c.getProxyUsername(), scheme + ".proxyUser");
        in.proxyPassword = orProperty(c.getProxyPassword(), scheme + ".proxyPassword");
        String direct = orProperty(c.getNonProxyHosts(), "http.nonProxyHosts");
        // Java separates by bars and writes *.example.com; the environment's form is commas and .example.com.
        in.noProxy = direct == null ? null : direct.replace("*.", ".").replace('|', ',');
    }

    private static String orProperty(String value, String property) {
        return value != null ? value : System.getProperty(property);
    }

    private static void signer(String override, ClientConfigInput in) {
        if (override == null || "AWSS3V4SignerType".equals(override) || "AWS4SignerType".equals(override)) {
            return; // Signature Version 4 is what there is
        }
        if ("NoOpSignerType".equals(override)) {
            in.anonymous = true;
            return;
        }
        throw new IllegalArgumentException("signerOverride " + override + " is not supported: "
                + ("S3SignerType".equals(override) || "QueryStringSignerType".equals(override)
                        ? "Signature Version 2 does not work with SSE-KMS. " : "")
                + "Use AWSS3V4SignerType, or set none");
    }

    private void credentials(ClientConfigInput in) {
        if (in.anonymous != null || isAnonymous()) {
            in.anonymous = true;
        } else if (credentials == null || credentials.getClass() == DefaultAWSCredentialsProviderChain.class) {
            // Native code's default chain; see ofThisRequest for the system properties.
            return;
        } else if (credentials.getClass() == ProfileCredentialsProvider.class) {
            ProfileCredentialsProvider provider = (ProfileCredentialsProvider) credentials;
            in.profile = provider.getProfileName();
            in.profileFile = provider.getProfilesConfigFilePath();
        } else if (areFixed()) {
            AWSCredentials fixed = credentials.getCredentials();
            in.credentials(fixed.getAWSAccessKeyId().trim(), fixed.getAWSSecretKey().trim(),
                    fixed instanceof AWSSessionCredentials ? trimmed(((AWSSessionCredentials) fixed).getSessionToken()) : null);
        } else {
            in.credentialsPerRequest = true;
        }
    }

    /** Whether the credentials can never change: then native code keeps them, and with them the key derived for signing. */
    private boolean areFixed() {
        if (credentials == null || credentials.getClass() != AWSStaticCredentialsProvider.class) {
            return false;
        }
        AWSCredentials fixed = credentials.getCredentials();
        // Not of subclasses, which may answer otherwise each time. What is incomplete is refused with the request, as in SDK 1.x.
        return (fixed.getClass() == BasicAWSCredentials.class || fixed.getClass() == BasicSessionCredentials.class)
                && notEmpty(fixed.getAWSAccessKeyId()) && notEmpty(fixed.getAWSSecretKey());
    }

    private static String trimmed(String text) {
        return text == null ? null : text.trim();
    }

    private boolean isAnonymous() {
        return credentials != null && credentials.getClass() == AWSStaticCredentialsProvider.class
                && credentials.getCredentials() instanceof AnonymousAWSCredentials;
    }

    /**
     * The credentials that one request must bring.
     *
     * @param ofRequest the request's own provider, or null
     * @return the credentials; null where native code has them
     */
    public AWSCredentials ofThisRequest(AWSCredentialsProvider ofRequest) {
        AWSCredentialsProvider provider = ofRequest == null ? credentials : ofRequest;
        if (ofRequest == null) {
            if ("NoOpSignerType".equals(configuration.getSignerOverride()) || isAnonymous() || areFixed()
                    || provider != null && provider.getClass() == ProfileCredentialsProvider.class) {
                return null;
            }
            if (provider == null || provider.getClass() == DefaultAWSCredentialsProviderChain.class) {
                return ofSystemProperties();
            }
        }
        AWSCredentials answer = provider.getCredentials();
        if (answer == null) {
            throw new io.s3kms.SdkClientException("The credentials provider " + provider.getClass().getName() + " gave null");
        }
        return answer;
    }

    /** SDK 1.x asks the environment first, which native code sees by itself. */
    private static AWSCredentials ofSystemProperties() {
        boolean inProperties = notEmpty(System.getProperty("aws.accessKeyId")) && notEmpty(System.getProperty("aws.secretKey"));
        boolean inEnvironment = inProperties && notEmpty(System.getenv("AWS_ACCESS_KEY_ID"))
                && notEmpty(System.getenv("AWS_SECRET_ACCESS_KEY"));
        return inProperties && !inEnvironment ? new SystemPropertiesCredentialsProvider().getCredentials() : null;
    }

    /** Loaded where an endpoint of AWS was named. */
    private static final class AwsHosts {
        static final Pattern PATTERN =
                Pattern.compile("(?:^|//|\\.)s3[.-](?:dualstack\\.)?([a-z]{2}(?:-[a-z]+)+-\\d)\\.amazonaws\\.com");

        private AwsHosts() {}
    }

    private static boolean notEmpty(String text) {
        return text != null && !text.trim().isEmpty();
    }
}
