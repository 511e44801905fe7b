package io.s3kms.auth.profile;

import io.s3kms.SdkClientException;
import io.s3kms.auth.AWSCredentials;
import io.s3kms.auth.AWSCredentialsProvider;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.auth.BasicSessionCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.HashMap;
import java.util.Map;

/**
 * Credentials of a profile. A client that is given this lets native code read the profile, which also knows SSO, roles and
 * credential processes; {@link #getCredentials()} itself knows static keys only.
 */
public class ProfileCredentialsProvider implements AWSCredentialsProvider {
    private final String file;
    private final String profile;

    /** The profile of {@code AWS_PROFILE} (environment), {@code aws.profile} (system property), or {@code default}. */
    public ProfileCredentialsProvider() {
        this(null, null);
    }

    /**
     * A profile.
     *
     * @param profileName its name; null: as {@link #ProfileCredentialsProvider()}
     */
    public ProfileCredentialsProvider(String profileName) {
        this(null, profileName);
    }

    /**
     * A profile of a credentials file.
     *
     * @param profilesConfigFilePath the file; null: {@code AWS_SHARED_CREDENTIALS_FILE} or {@code ~/.aws/credentials}
     * @param profileName its name; null: as {@link #ProfileCredentialsProvider()}
     */
    public ProfileCredentialsProvider(String profilesConfigFilePath, String profileName) {
        this.file = profilesConfigFilePath;
        this.profile = profileName;
    }

    /**
     * The profile's name.
     *
     * @return the name, never null
     */
    public String getProfileName() {
        return first(profile, System.getenv("AWS_PROFILE"), System.getProperty("aws.profile"), "default");
    }

    /**
     * The credentials file, where one was named.
     *
     * @return the path, or null
     */
    public String getProfilesConfigFilePath() {
        return file;
    }

    @Override
    public AWSCredentials getCredentials() {
        Path path = Paths.get(first(file, System.getenv("AWS_SHARED_CREDENTIALS_FILE"),
                System.getProperty("user.home") + "/.aws/credentials"));
        Map<String, String> values = read(path, getProfileName());
        String id = values.get("aws_access_key_id");
        String secret = values.get("aws_secret_access_key");
        if (id == null || secret == null) {
            throw new SdkClientException("The profile " + getProfileName() + " in " + path
                    + " holds no static keys. Give this provider to a client: it reads other kinds of profile too");
        }
        String token = values.get("aws_session_token");
        return token == null ? new BasicAWSCredentials(id, secret) : new BasicSessionCredentials(id, secret, token);
    }

    private static Map<String, String> read(Path path, String profile) {
        Map<String, String> values = new HashMap<>();
        boolean inside = false;
        try {
            for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
                String text = line.trim();
                int equals = text.indexOf('=');
                if (text.startsWith("[")) {
                    inside = text.equals("[" + profile + "]");
                } else if (inside && equals > 0 && !text.startsWith("#") && !text.startsWith(";")) {
                    values.put(text.substring(0, equals).trim(), text.substring(equals + 1).trim());
                }
            }
        } catch (IOException e) {
            throw new SdkClientException("The profile file " + path + " cannot be read", e);
        }
        return values;
    }

    private static String first(String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null && !candidate.trim().isEmpty()) {
                return candidate;
            }
        }
        throw new IllegalStateException();
    }

    @Override
    public void refresh() {}
}
