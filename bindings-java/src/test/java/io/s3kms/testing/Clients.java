package io.s3kms.testing;

import com.google.gson.JsonObject;
import io.s3kms.AmazonS3;
import io.s3kms.AmazonS3ClientBuilder;
import io.s3kms.ClientConfiguration;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.client.builder.AwsClientBuilder.EndpointConfiguration;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients of the strict server, and names that no other test uses. */
public final class Clients {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private Clients() {}

    /** A builder for a client of an announced server. */
    public static AmazonS3ClientBuilder builder(JsonObject server) {
        return AmazonS3ClientBuilder.standard()
                .withEndpointConfiguration(
                        new EndpointConfiguration(server.get("endpoint").getAsString(), server.get("region").getAsString()))
                .withClientConfiguration(new ClientConfiguration().withMaxErrorRetry(1))
                .withCredentials(credentials(server));
    }

    public static AWSStaticCredentialsProvider credentials(JsonObject server) {
        return new AWSStaticCredentialsProvider(new BasicAWSCredentials(server.get("accessKeyId").getAsString(),
                server.get("secretAccessKey").getAsString()));
    }

    /** A client of the strict server. */
    public static AmazonS3 strict() {
        return builder(Servers.strict()).build();
    }

    public static String bucket() {
        return Servers.strict().get("bucket").getAsString();
    }

    /** A key that no other test uses. */
    public static String key(String name) {
        return "java/" + ProcessHandle.current().pid() + "/" + NEXT.incrementAndGet() + "/" + name;
    }
}
