package io.s3kms.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Starts the test servers, one of each for the whole run; they end with this JVM, whose end closes their standard input. */
public final class Servers {
    private Servers() {}

    /** Announces of a server: its one line of JSON. */
    private static JsonObject start(String variable, String... options) {
        String binary = System.getenv(variable);
        if (binary == null) {
            throw new IllegalStateException(variable + " must name the server's binary: run ./dev test java");
        }
        List<String> command = new ArrayList<>(List.of(binary, "--until-stdin-closes"));
        command.addAll(List.of(options));
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            String line = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
            return JsonParser.parseString(line).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Strict {
        static final JsonObject ANNOUNCED = start("S3KMS_TEST_SERVER");
    }

    private static final class Tls {
        static final JsonObject ANNOUNCED = start("S3KMS_TEST_SERVER", "--tls-self");
    }

    private static final class Recording {
        static final JsonObject ANNOUNCED = start("S3KMS_RECORDING_SERVER");
    }

    /** What the strict server announced. */
    public static JsonObject strict() {
        return Strict.ANNOUNCED;
    }

    /** What a strict server over TLS, with a private CA, announced. */
    public static JsonObject tls() {
        return Tls.ANNOUNCED;
    }

    /** What the recording server announced. */
    public static JsonObject recording() {
        return Recording.ANNOUNCED;
    }

    /** The ARN of one of the strict server's keys: first, second, asymmetric, … */
    public static String key(String name) {
        return strict().getAsJsonObject("keys").get(name).getAsString();
    }

    /** Makes requests of a key fail as the server's control API says. */
    public static void fault(String keyPrefix, String method, String action) {
        control(strict().get("endpoint").getAsString() + "/_s3kms/faults", "POST",
                "[{\"match\":{\"method\":\"" + method + "\",\"keyPrefix\":\"" + keyPrefix + "\"},\"action\":" + action + "}]");
    }

    /** One request to a control API. */
    public static JsonElement control(String url, String method, String body) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setRequestMethod(method);
            if (body != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            }
            if (connection.getResponseCode() >= 300) {
                throw new IllegalStateException(url + " answered " + connection.getResponseCode());
            }
            String text = new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return text.isBlank() ? null : JsonParser.parseString(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
