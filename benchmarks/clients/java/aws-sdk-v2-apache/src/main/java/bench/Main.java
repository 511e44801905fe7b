package bench;

import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The AWS SDK for Java 2.x over Apache HttpClient 5, and its presigner. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Harness.main(args, Main::client);
    }

    private static Client client(Settings settings) throws Exception {
        if (settings.isPresign()) {
            return new AwsV2.Presigner(settings);
        }
        settings.trustByProperties();
        return new AwsV2.Blocking(settings, AwsV2.client(settings, S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder().maxConnections(Math.max(50, settings.inFlight)))));
    }
}
