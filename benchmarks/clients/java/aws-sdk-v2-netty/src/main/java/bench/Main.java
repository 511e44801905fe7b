package bench;

import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** The AWS SDK for Java 2.x over Netty. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Harness.main(args, Main::client);
    }

    private static Client client(Settings settings) throws Exception {
        settings.trustByProperties();
        return new AwsV2.Async(settings, AwsV2.client(settings, S3AsyncClient.builder()
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().maxConcurrency(Math.max(50, settings.inFlight)))));
    }
}
