package bench;

import java.net.URI;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.crt.S3CrtHttpConfiguration;

/** The AWS SDK for Java 2.x with the S3 client of the AWS common runtime (C). */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Harness.main(args, Main::client);
    }

    private static Client client(Settings settings) {
        var builder = S3AsyncClient.crtBuilder().endpointOverride(URI.create(settings.endpoint)).region(Region.of(Settings.REGION))
                .forcePathStyle(true).credentialsProvider(AwsV2.credentials(settings))
                .maxConcurrency(Math.max(50, settings.inFlight));
        if (settings.ca != null) {
            // It offers no way to trust one more certificate: here it verifies none, which is less work than the others do.
            builder.httpConfiguration(S3CrtHttpConfiguration.builder().trustAllCertificatesEnabled(true).build());
        }
        return new AwsV2.Async(settings, builder.build());
    }
}
