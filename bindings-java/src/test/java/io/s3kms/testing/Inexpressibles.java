package io.s3kms.testing;

import java.util.Map;

/** The conformance cases that no Java application can write, each with the reason. */
final class Inexpressibles {
    private static final String HALF_KEY = "BasicAWSCredentials refuses half an access key, by the message of SDK 1.x";

    static final Map<String, String> LIST = Map.ofEntries(Map.entry("refused_put_secret_without_access_key", HALF_KEY),
            Map.entry("refused_put_access_key_without_secret", HALF_KEY),
            Map.entry("refused_client_access_key_without_secret", HALF_KEY),
            Map.entry("refused_presign_lower_case_method", "HttpMethod is an enum and has no such value"),
            Map.entry("refused_client_no_attempts", "maxErrorRetry counts retries: -1 is the default, 0 is one attempt"),
            Map.entry("refused_client_proxy_scheme", "proxyHost and proxyPort have no scheme"),
            Map.entry("refused_client_ca_pem_without_certificate",
                    "certificates come from a file or from javax.net.ssl.trustStore"),
            Map.entry("refused_request_without_credentials",
                    "a provider of the client's is asked for every request that brings none"),
            Map.entry("presign_fips", "SDK 1.x has no FIPS switch"));

    private Inexpressibles() {}
}
