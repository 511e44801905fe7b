package io.s3kms.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.s3kms.AmazonS3;
import io.s3kms.AmazonS3ClientBuilder;
import io.s3kms.ClientConfiguration;
import io.s3kms.auth.AWSCredentials;
import io.s3kms.auth.AWSCredentialsProvider;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.AnonymousAWSCredentials;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.auth.BasicSessionCredentials;
import io.s3kms.client.builder.AwsClientBuilder.EndpointConfiguration;

/** The client of a conformance case, built as an application builds it. */
final class CaseClient {
    private CaseClient() {}

    static AmazonS3 build(JsonObject given, String recordingServer) {
        JsonObject fields = new JsonObject();
        fields.addProperty("endpoint", recordingServer);
        fields.addProperty("region", "us-east-1");
        fields.addProperty("access_key_id", "AKIDEXAMPLE");
        fields.addProperty("secret_access_key", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        if (given != null) {
            given.entrySet().forEach(entry -> fields.add(entry.getKey(), entry.getValue()));
        }
        AmazonS3ClientBuilder builder = AmazonS3ClientBuilder.standard();
        ClientConfiguration c = new ClientConfiguration();
        String endpoint = text(fields, "endpoint");
        String region = text(fields, "region");
        if (endpoint == null) {
            builder.withRegion(region);
        } else {
            builder.withEndpointConfiguration(new EndpointConfiguration(endpoint, region));
        }
        builder.withCredentials(credentials(fields));
        for (String name : fields.keySet()) {
            JsonElement value = fields.get(name);
            if (!(value instanceof JsonNull)) {
                set(builder, c, name, value);
            }
        }
        return builder.withClientConfiguration(c).build();
    }

    private static void set(AmazonS3ClientBuilder builder, ClientConfiguration c, String name, JsonElement value) {
        switch (name) {
            case "endpoint", "region", "access_key_id", "secret_access_key", "session_token", "anonymous",
                "credentials_per_request" -> { }
            case "force_path_style" -> builder.withPathStyleAccessEnabled(value.getAsBoolean());
            case "use_dual_stack" -> builder.withDualstackEnabled(value.getAsBoolean());
            case "use_accelerate" -> builder.withAccelerateModeEnabled(value.getAsBoolean());
            case "sign_payload" -> builder.withPayloadSigningEnabled(value.getAsBoolean());
            case "disable_chunked_encoding" -> builder.withChunkedEncodingDisabled(value.getAsBoolean());
            case "allow_kms_over_http" -> c.setKmsOverPlainHttpAllowed(value.getAsBoolean());
            case "connect_timeout_ms" -> c.setConnectionTimeout(value.getAsInt());
            case "read_timeout_ms" -> c.setSocketTimeout(value.getAsInt());
            case "attempt_timeout_ms" -> c.setRequestTimeout(value.getAsInt());
            case "request_timeout_ms" -> c.setClientExecutionTimeout(value.getAsInt());
            case "max_attempts" -> {
                if (value.getAsInt() < 1) {
                    throw new Inexpressible("maxErrorRetry counts retries: -1 is the default, 0 is one attempt");
                }
                c.setMaxErrorRetry(value.getAsInt() - 1);
            }
            case "max_connections" -> c.setMaxConnections(value.getAsInt());
            case "max_idle_ms" -> c.setConnectionMaxIdleMillis(value.getAsLong());
            case "user_agent" -> c.setUserAgentSuffix(value.getAsString());
            case "ca_file" -> c.setTrustedCertificatesFile(value.getAsString());
            case "proxy" -> {
                if (!value.getAsString().isEmpty()) {
                    throw new Inexpressible("proxyHost and proxyPort have no scheme");
                }
                c.setProxyHost("");
            }
            case "use_fips" -> throw new Inexpressible("SDK 1.x has no FIPS switch");
            case "ca_pem" -> throw new Inexpressible("certificates come from a file or from javax.net.ssl.trustStore");
            default -> throw new IllegalStateException("the runner does not know the client's " + name);
        }
    }

    private static AWSCredentialsProvider credentials(JsonObject fields) {
        if (fields.has("anonymous") && fields.get("anonymous").getAsBoolean()) {
            return new AWSStaticCredentialsProvider(new AnonymousAWSCredentials());
        }
        if (fields.has("credentials_per_request") && text(fields, "access_key_id") == null) {
            return new AWSCredentialsProvider() {
                @Override
                public AWSCredentials getCredentials() {
                    throw new Inexpressible("a provider of the client's is asked for every request that brings none");
                }

                @Override
                public void refresh() {}
            };
        }
        return provider(fields);
    }

    static AWSCredentialsProvider provider(JsonObject fields) {
        String id = text(fields, "access_key_id");
        String secret = text(fields, "secret_access_key");
        String token = text(fields, "session_token");
        if (id == null || secret == null) {
            throw new Inexpressible("BasicAWSCredentials refuses half an access key, by the message of SDK 1.x");
        }
        return new AWSStaticCredentialsProvider(
                token == null ? new BasicAWSCredentials(id, secret) : new BasicSessionCredentials(id, secret, token));
    }

    static String text(JsonObject fields, String name) {
        JsonElement value = fields.get(name);
        return value == null || value instanceof JsonNull ? null : value.getAsString();
    }
}
