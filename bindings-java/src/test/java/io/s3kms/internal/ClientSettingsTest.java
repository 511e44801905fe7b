package io.s3kms.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.s3kms.ClientConfiguration;
import io.s3kms.Protocol;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.AnonymousAWSCredentials;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.auth.BasicSessionCredentials;
import io.s3kms.auth.DefaultAWSCredentialsProviderChain;
import io.s3kms.auth.profile.ProfileCredentialsProvider;
import org.junit.jupiter.api.Test;

/** How settings of SDK 1.x become native code's configuration. */
class ClientSettingsTest {
    private static ClientSettings settings() {
        ClientSettings settings = new ClientSettings();
        settings.region = "eu-west-1";
        return settings;
    }

    @Test
    void defaults_are_those_of_sdk_1() {
        ClientConfigInput in = settings().toInput();
        assertEquals(10_000L, in.connectTimeoutMs);
        assertEquals(50_000L, in.readTimeoutMs);
        assertEquals(50L, in.maxConnections);
        assertNull(in.maxAttempts);
        assertNull(in.forcePathStyle);
        assertNull(in.endpoint);
        assertNull(in.credentialsPerRequest);
    }

    @Test
    void the_region_of_an_aws_endpoint_is_taken() {
        for (String endpoint : new String[] {"s3.eu-central-1.amazonaws.com", "https://s3-eu-central-1.amazonaws.com",
            "https://s3.dualstack.eu-central-1.amazonaws.com"}) {
            ClientSettings settings = new ClientSettings();
            settings.endpoint = endpoint;
            assertEquals("eu-central-1", settings.toInput().region, endpoint);
        }
        ClientSettings settings = new ClientSettings();
        settings.endpoint = "localhost:9000";
        settings.configuration.setProtocol(Protocol.HTTP);
        assertEquals("http://localhost:9000", settings.toInput().endpoint);
    }

    @Test
    void plain_http_to_aws_is_possible_and_stays_in_the_host_name_style() {
        ClientSettings settings = settings();
        settings.configuration.setProtocol(Protocol.HTTP);
        assertEquals("http://s3.eu-west-1.amazonaws.com", settings.toInput().endpoint);
        assertEquals(false, settings.toInput().forcePathStyle);
    }

    @Test
    void retries_are_attempts_less_one() {
        ClientSettings settings = settings();
        settings.configuration.setMaxErrorRetry(0);
        assertEquals(1L, settings.toInput().maxAttempts);
    }

    @Test
    void signers_other_than_version_4_are_refused() {
        ClientSettings settings = settings();
        settings.configuration.setSignerOverride("AWSS3V4SignerType");
        settings.toInput();
        settings.configuration.setSignerOverride("NoOpSignerType");
        assertEquals(true, settings.toInput().anonymous);
        settings.configuration.setSignerOverride("S3SignerType");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, settings::toInput);
        assertTrue(e.getMessage().contains("Signature Version 2"), e.getMessage());
    }

    @Test
    void providers_are_told_apart() {
        ClientSettings settings = settings();
        settings.credentials = new AWSStaticCredentialsProvider(new AnonymousAWSCredentials());
        assertEquals(true, settings.toInput().anonymous);
        assertNull(settings.ofThisRequest(null));
        settings.credentials = new AWSStaticCredentialsProvider(new BasicAWSCredentials("a", "b"));
        assertNull(settings.toInput().credentialsPerRequest);
        assertEquals("b", settings.toInput().secretAccessKey);
        assertNull(settings.ofThisRequest(null), "the client has them");
        assertEquals("c", settings.ofThisRequest(new AWSStaticCredentialsProvider(new BasicAWSCredentials("c", "d")))
                .getAWSAccessKeyId());
        settings.credentials = new AWSStaticCredentialsProvider(new BasicSessionCredentials("a", "b", " t "));
        assertEquals("t", settings.toInput().sessionToken);
        // These may answer otherwise each time.
        settings.credentials = new AWSStaticCredentialsProvider(new BasicAWSCredentials("a", "b") { });
        assertEquals(true, settings.toInput().credentialsPerRequest);
        assertEquals("a", settings.ofThisRequest(null).getAWSAccessKeyId());
        settings.credentials = new AWSStaticCredentialsProvider(new BasicAWSCredentials("a", "b")) { };
        assertEquals(true, settings.toInput().credentialsPerRequest);
        settings.credentials = new ProfileCredentialsProvider("/some/file", "p");
        assertEquals("p", settings.toInput().profile);
        assertEquals("/some/file", settings.toInput().profileFile);
        assertNull(settings.ofThisRequest(null));
        settings.credentials = DefaultAWSCredentialsProviderChain.getInstance();
        assertNull(settings.toInput().credentialsPerRequest);
    }

    @Test
    void proxies_come_from_the_configuration() {
        ClientSettings settings = settings();
        settings.configuration = new ClientConfiguration().withProxyHost("proxy").withProxyPort(3128).withProxyUsername("u")
                .withNonProxyHosts("localhost|*.example.com");
        ClientConfigInput in = settings.toInput();
        assertEquals("http://proxy:3128", in.proxy);
        assertEquals("u", in.proxyUsername);
        assertEquals("localhost,.example.com", in.noProxy);
        settings.configuration.setProxyHost("");
        assertEquals("", settings.toInput().proxy);
    }
}
