package bench;

import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.utils.AttributeMap;

/** The AWS SDK for Java 2.x over the HTTP client of the AWS common runtime (C). */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Harness.main(args, Main::client);
    }

    private static Client client(Settings settings) {
        var http = AwsCrtAsyncHttpClient.builder().maxConcurrency(Math.max(50, settings.inFlight));
        // It offers no way to trust one more certificate: over TLS it verifies none here, which is less work than the others do.
        var defaults = AttributeMap.builder().put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, settings.ca != null).build();
        return new AwsV2.Async(settings,
                AwsV2.client(settings, S3AsyncClient.builder().httpClient(http.buildWithDefaults(defaults))));
    }
}
