package io.s3kms.testing;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One recorded request: what is compared of its headers, and its body without {@code aws-chunked} encoding. */
public final class Wire {
    private static final Set<String> DROPPED = Set.of("host", "authorization", "x-amz-date", "user-agent",
            "amz-sdk-invocation-id", "amz-sdk-request", "connection", "accept-encoding");

    public final String method;
    public final String target;
    public final Map<String, String> all = new TreeMap<>();
    public final Map<String, String> headers = new TreeMap<>();
    public final Map<String, String> trailers = new LinkedHashMap<>();
    public final String body;

    public Wire(JsonObject recorded) {
        method = recorded.get("method").getAsString();
        target = recorded.get("target").getAsString();
        recorded.getAsJsonArray("headers").forEach(pair -> {
            String name = pair.getAsJsonArray().get(0).getAsString();
            String value = pair.getAsJsonArray().get(1).getAsString();
            all.put(name, value);
            if (!DROPPED.contains(name)) {
                headers.put(name, value);
            }
        });
        byte[] bytes = Base64.getDecoder().decode(recorded.get("bodyBase64").getAsString());
        String encoding = headers.getOrDefault("content-encoding", "");
        body = encoding.startsWith("aws-chunked") ? decoded(bytes) : new String(bytes, StandardCharsets.UTF_8);
    }

    private String decoded(byte[] bytes) {
        if (Long.parseLong(headers.get("content-length")) != bytes.length) {
            throw new AssertionError("content-length is not that of the encoded body");
        }
        // One char per byte keeps offsets simple.
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (true) {
            int end = text.indexOf("\r\n", at);
            int size = Integer.parseInt(text.substring(at, end).split(";")[0], 16);
            at = end + 2;
            if (size == 0) {
                break;
            }
            out.append(text, at, at + size);
            at += size + 2;
        }
        for (String line : text.substring(at).split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("x-amz-trailer-signature")) {
                trailers.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        if (Integer.parseInt(headers.get("x-amz-decoded-content-length")) != out.length()) {
            throw new AssertionError("x-amz-decoded-content-length is not that of the content");
        }
        return new String(out.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
