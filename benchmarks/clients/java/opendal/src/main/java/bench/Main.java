package bench;

import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.opendal.AsyncOperator;
import org.apache.opendal.Operator;

/** Apache OpenDAL: {@code opendal} blocks, {@code opendal-async} gives futures. It trusts no certificates but those built in. */
public final class Main implements Client {
    private static final Duration QUARTER_HOUR = Duration.ofMinutes(15);

    private final Settings settings;
    private final AsyncOperator async;
    private final Operator blocking;

    private Main(Settings settings) {
        this.settings = settings;
        Map<String, String> config = new HashMap<>();
        config.put("bucket", Settings.BUCKET);
        config.put("endpoint", settings.endpoint);
        config.put("region", Settings.REGION);
        config.put("access_key_id", settings.accessKey);
        config.put("secret_access_key", settings.secretKey);
        config.put("disable_config_load", "true");
        config.put("disable_ec2_metadata", "true");
        config.put("server_side_encryption", "aws:kms");
        config.put("server_side_encryption_aws_kms_key_id", Settings.KMS_KEY);
        boolean futures = settings.client.endsWith("-async") || settings.isPresign();
        async = futures ? AsyncOperator.of("s3", config) : null;
        blocking = futures ? null : Operator.of("s3", config);
    }

    public static void main(String[] args) {
        Harness.main(args, Main::new);
    }

    @Override
    public String version() {
        try (var in = Operator.class.getResourceAsStream("/META-INF/maven/org.apache.opendal/opendal/pom.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (Exception e) {
            return "?";
        }
    }

    @Override
    public void run() throws Exception {
        switch (settings.workload) {
            case "presign-put" -> async.presignWrite(settings.key, QUARTER_HOUR).get();
            case "presign-get" -> async.presignRead(settings.key, QUARTER_HOUR).get();
            case "put-1k", "put-8m", "first-put" -> blocking.write(settings.key, settings.body);
            case "put-8m-file" -> blocking.write(settings.key, Files.readAllBytes(settings.file));
            default -> settings.expect(blocking.read(settings.key).length);
        }
    }

    @Override
    public boolean isAsync() {
        return blocking == null && !settings.isPresign();
    }

    @Override
    public CompletableFuture<?> start() {
        return settings.isPut() ? async.write(settings.key, settings.body)
                : async.read(settings.key).thenAccept(content -> settings.expect(content.length));
    }
}
