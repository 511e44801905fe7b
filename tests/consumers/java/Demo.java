// The demo in Java: one line of JSON per step on stdout, ../README.md has the contract.
import io.s3kms.AmazonS3Client;
import io.s3kms.ClientConfiguration;
import io.s3kms.S3ClientOptions;
import io.s3kms.auth.AWSCredentials;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.auth.BasicSessionCredentials;
import io.s3kms.model.AmazonS3Exception;
import io.s3kms.model.CopyObjectResult;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PresignedRequest;
import io.s3kms.model.PutObjectResult;
import io.s3kms.model.S3Object;
import io.s3kms.regions.Region;
import io.s3kms.regions.Regions;
import io.s3kms.util.IOUtils;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public final class Demo {
    private static final byte[] CONTENT = "The quick brown fox jumps over the lazy dog.\n".getBytes(StandardCharsets.UTF_8);
    private static final String BUCKET = setting("BUCKET");
    private static AmazonS3Client s3;
    private static boolean failed;

    private Demo() {}

    /** What a step found: the algorithm and key that the server reports. */
    private interface Step {
        String[] run(String key) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        ClientConfiguration configuration = new ClientConfiguration();
        if (setting("CA") != null) {
            configuration.setTrustedCertificatesFile(setting("CA"));
        }
        AWSCredentials credentials = setting("SESSION_TOKEN") == null
                ? new BasicAWSCredentials(setting("ACCESS_KEY"), setting("SECRET_KEY"))
                : new BasicSessionCredentials(setting("ACCESS_KEY"), setting("SECRET_KEY"), setting("SESSION_TOKEN"));
        s3 = Seed.signatureVersion4(new AWSStaticCredentialsProvider(credentials), configuration);
        s3.setRegion(Region.getRegion(Regions.fromName(setting("REGION"))));
        s3.setEndpoint(setting("ENDPOINT"));
        s3.setS3ClientOptions(S3ClientOptions.builder().setPathStyleAccess(true).build());
        File file = new File(System.getenv("S3KMS_WORK"), "content");
        Files.write(file.toPath(), CONTENT);
        String first = setting("KEY1");
        String second = setting("KEY2");

        step("put-managed", true, key -> {
            PutObjectResult stored = Seed.putManaged(s3, BUCKET, key, file);
            check(key);
            return new String[] {stored.getSSEAlgorithm(), stored.getSSEAwsKmsKeyId()};
        });
        step("put-customer-key", first != null, key -> {
            PutObjectResult stored = Seed.putStream(s3, BUCKET, key, new ByteArrayInputStream(CONTENT), CONTENT.length, first);
            check(key);
            stored = Seed.putCustomerKey(s3, BUCKET, key, file, first);
            check(key);
            return new String[] {stored.getSSEAlgorithm(), stored.getSSEAwsKmsKeyId()};
        });
        step("copy-other-key", first != null && second != null, key -> {
            CopyObjectResult copied = Seed.copy(s3, BUCKET, object("put-customer-key"), key, second);
            check(key);
            return new String[] {copied.getSSEAlgorithm(), copied.getSSEAwsKmsKeyId()};
        });
        step("presigned-put", first != null, key -> {
            upload(Seed.presignPut(s3, BUCKET, key, first));
            check(key);
            return reported(key);
        });
        step("presigned-get", first != null, key -> {
            Seed.putCustomerKey(s3, BUCKET, key, file, first);
            try (InputStream content = open(Seed.presignGet(s3, BUCKET, key)).getInputStream()) {
                same(IOUtils.toByteArray(content));
            }
            return reported(key);
        });
        refused("unknown-key", setting("UNKNOWN"), file);
        refused("asymmetric-key", setting("ASYMMETRIC"), file);
        s3.shutdown();
        System.exit(failed ? 1 : 0);
    }

    private static String setting(String name) {
        String value = System.getenv("S3KMS_DEMO_" + name);
        return value == null || value.isEmpty() ? null : value;
    }

    private static String object(String step) {
        return setting("PREFIX") + "/" + step;
    }

    private static void step(String step, boolean possible, Step what) {
        if (!possible) {
            return;
        }
        String key = object(step);
        try {
            String[] found = what.run(key);
            tell(step, true, "algorithm", found[0], "keyArn", found[1], "object", key, "note", "verified");
        } catch (Exception e) {
            failed = true;
            tell(step, false, "note", e.toString());
        }
    }

    private static void refused(String step, String kmsKey, File file) {
        if (kmsKey == null) {
            return;
        }
        try {
            Seed.putCustomerKey(s3, BUCKET, object(step), file, kmsKey);
            failed = true;
            tell(step, false, "note", "not refused");
        } catch (AmazonS3Exception e) {
            tell(step, true, "code", e.getErrorCode(), "note", e.getErrorMessage());
        } catch (RuntimeException e) {
            failed = true;
            tell(step, false, "note", e.toString());
        }
    }

    private static void check(String key) throws IOException {
        try (S3Object object = s3.getObject(BUCKET, key)) {
            same(IOUtils.toByteArray(object.getObjectContent()));
        }
    }

    private static void same(byte[] content) {
        if (!Arrays.equals(content, CONTENT)) {
            throw new IllegalStateException("other content came back: " + content.length + " bytes");
        }
    }

    private static String[] reported(String key) {
        ObjectMetadata metadata = s3.getObjectMetadata(BUCKET, key);
        return new String[] {metadata.getSSEAlgorithm(), metadata.getSSEAwsKmsKeyId()};
    }

    /** The plain HTTP client: the URL and exactly the headers that came with it. */
    private static void upload(PresignedRequest presigned) throws Exception {
        HttpURLConnection connection = open(presigned.getUrl());
        connection.setRequestMethod("PUT");
        for (Map.Entry<String, String> header : presigned.getSignedHeaders().entrySet()) {
            connection.setRequestProperty(header.getKey(), header.getValue());
        }
        connection.setDoOutput(true);
        try (OutputStream content = connection.getOutputStream()) {
            content.write(CONTENT);
        }
        if (connection.getResponseCode() != 200) {
            throw new IllegalStateException("the server answered " + connection.getResponseCode());
        }
    }

    private static HttpURLConnection open(URL url) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        if (connection instanceof HttpsURLConnection && setting("CA") != null) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null);
            try (InputStream pem = Files.newInputStream(Paths.get(setting("CA")))) {
                int number = 0;
                for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                    trusted.setCertificateEntry("ca" + number++, certificate);
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, factory.getTrustManagers(), null);
            ((HttpsURLConnection) connection).setSSLSocketFactory(tls.getSocketFactory());
        }
        return connection;
    }

    private static void tell(String step, boolean ok, String... pairs) {
        StringBuilder line = new StringBuilder("{\"step\":\"").append(step).append("\",\"ok\":").append(ok);
        for (int i = 0; i < pairs.length; i += 2) {
            line.append(",\"").append(pairs[i]).append("\":\"").append(escape(String.valueOf(pairs[i + 1]))).append('"');
        }
        System.out.println(line.append('}'));
    }

    private static String escape(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
