package io.s3kms.testing;

import io.s3kms.AmazonS3;
import io.s3kms.AmazonS3Client;
import io.s3kms.AmazonS3ClientBuilder;
import io.s3kms.SdkClientException;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.client.builder.AwsClientBuilder.EndpointConfiguration;
import io.s3kms.model.GetObjectMetadataRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.SSEAwsKeyManagementParams;
import java.nio.ByteBuffer;

/** What runs in a JVM or class loader of its own. Uses nothing but the library. Prints one line that begins with a word. */
public final class Scenario {
    private Scenario() {}

    /** Arguments: scenario, endpoint, bucket, object key, access key, secret key. */
    public static void main(String[] args) {
        switch (args[0]) {
            case "leave-without-close":
                AmazonS3 s3 = client(args);
                put(s3, args);
                s3.getObject(args[2], args[3]); // never read, never closed
                s3.putObjectAsync(new PutObjectRequest(args[2], args[3] + "-stuck", ByteBuffer.wrap(new byte[1])));
                System.out.println("left");
                break;
            case "put-and-close":
                try (AmazonS3 closing = client(args)) {
                    put(closing, args);
                    System.out.println("stored");
                }
                break;
            case "count-threads":
                try (AmazonS3 counted = client(args)) {
                    put(counted, args);
                    counted.getObject(args[2], args[3]).getObjectContent().abort();
                    long afterBlocking = threadsOfNativeCode();
                    counted.getObjectMetadataAsync(new GetObjectMetadataRequest(args[2], args[3])).join();
                    System.out.println("threads " + afterBlocking + " " + (threadsOfNativeCode() > 0));
                }
                break;
            case "default-chain":
                // Credentials, region, trust and proxy are system properties.
                try (AmazonS3Client ofProperties = new AmazonS3Client()) {
                    ofProperties.setEndpoint(args[1]);
                    put(ofProperties, args);
                    System.out.println("stored " + ofProperties.getRegionName());
                } catch (SdkClientException e) {
                    System.out.println("failed " + e.getMessage());
                }
                break;
            default:
                try {
                    client(args);
                } catch (UnsatisfiedLinkError e) {
                    System.out.println("unlinked " + e.getMessage());
                }
        }
    }

    private static void put(AmazonS3 s3, String[] args) {
        s3.putObject(new PutObjectRequest(args[2], args[3], ByteBuffer.wrap(new byte[500_000]))
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams()));
    }

    private static long threadsOfNativeCode() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("s3kms-")).count();
    }

    private static AmazonS3 client(String[] args) {
        return AmazonS3ClientBuilder.standard().withEndpointConfiguration(new EndpointConfiguration(args[1], "us-east-1"))
                .withCredentials(new AWSStaticCredentialsProvider(new BasicAWSCredentials(args[4], args[5]))).build();
    }
}
