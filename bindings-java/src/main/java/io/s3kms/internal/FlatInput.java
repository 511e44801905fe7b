package io.s3kms.internal;

import io.s3kms.model.ResponseHeaderOverrides;
import java.util.Date;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request in the flat form in which it crosses to native code. */
abstract class FlatInput {
    abstract void write(FrameWriter out);

    /** What the field of that name in the schema is called in Java. */
    abstract String javaName(String field);

    // What several messages have; the generated classes of those that have it override these.

    /** Sets the credentials of this request alone. */
    void credentials(String id, String secret, String token) {
        throw lacks("credentials");
    }

    void common(Map<String, String> headers, String requestPayer, Long requestTimeoutMs) {
        throw lacks("headers, payer and timeout");
    }

    void kms(String algorithm, String key, String context) {
        throw lacks("encryption");
    }

    void expectedKms(String algorithm, String key) {
        throw lacks("expected encryption");
    }

    void customerKey(String algorithm, String key, String md5) {
        throw lacks("customer key");
    }

    void responseHeaders(ResponseHeaderOverrides overrides) {
        throw lacks("response headers");
    }

    /** Sets the field that is this header of an object's metadata (in lower case); false when none is. */
    boolean header(String header, Object value) {
        throw lacks("metadata");
    }

    /** Sets what of an object's metadata is no field; {@code others} are headers, and those set before win over them. */
    void objectMetadata(Map<String, String> user, Long expiresMillis, Map<String, String> others) {
        throw lacks("metadata");
    }

    private static IllegalStateException lacks(String what) {
        return new IllegalStateException("this message bears no " + what);
    }

    /**
     * A message of the core in Java's words: names of fields are replaced. A name without an underscore is also an English word
     * and is replaced only where it is the field that the message is about.
     */
    final String inJavaWords(String message, String field) {
        if (message == null) {
            return null;
        }
        Matcher words = Words.WORD.matcher(message);
        StringBuffer out = new StringBuffer();
        while (words.find()) {
            String word = words.group();
            boolean isField = word.indexOf('_') > 0 || word.equals(field);
            words.appendReplacement(out, Matcher.quoteReplacement(isField ? javaName(word) : word));
        }
        return words.appendTail(out).toString();
    }

    /** Loaded with the first error. */
    private static final class Words {
        static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");

        private Words() {}
    }

    static Map<String, String> merged(Map<String, String> others, Map<String, String> winning) {
        if (winning != null) {
            others.putAll(winning);
        }
        return others;
    }

    static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    static Long millis(Date date) {
        return date == null ? null : (Long) date.getTime();
    }

    static Long number(Number number) {
        return number == null ? null : (Long) number.longValue();
    }

    static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
