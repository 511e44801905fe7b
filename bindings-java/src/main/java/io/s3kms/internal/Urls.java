package io.s3kms.internal;

import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;

/**
 * Makes URLs of the text that native code wrote, of one client. {@code new URL(text)} is not used: it costs twice as much, and
 * it takes {@code /../} and {@code /./} out of the path, which are part of a key.
 */
final class Urls {
    private static final int SCHEME_END = 3; // of "://"

    /** What the last URL began with: nearly always the next begins so too. */
    private volatile Origin last;

    /** The URL of an ASCII text. */
    URL url(byte[] text, int from, int to) throws MalformedURLException {
        Origin origin = last;
        if (origin == null || !origin.begins(text, from, to)) {
            origin = Origin.of(text, from, to);
            last = origin;
        }
        int path = from + origin.text.length;
        return new URL(origin.scheme, origin.host, origin.port, new String(text, path, to - path, StandardCharsets.ISO_8859_1));
    }

    /** Scheme, host and port. */
    private static final class Origin {
        final byte[] text;
        final String scheme;
        final String host;
        final int port;

        private Origin(byte[] text, String scheme, String host, int port) {
            this.text = text;
            this.scheme = scheme;
            this.host = host;
            this.port = port;
        }

        static Origin of(byte[] text, int from, int to) throws MalformedURLException {
            String whole = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
            int host = whole.indexOf("://") + SCHEME_END;
            int path = whole.indexOf('/', host);
            if (host < SCHEME_END || path < 0) {
                throw new MalformedURLException("no scheme or no path"); // without the URL: it is a secret
            }
            URL parsed = new URL(whole.substring(0, path));
            return new Origin(whole.substring(0, path).getBytes(StandardCharsets.ISO_8859_1), parsed.getProtocol(), parsed.getHost(),
                    parsed.getPort());
        }

        boolean begins(byte[] url, int from, int to) {
            int length = text.length;
            if (to - from <= length || url[from + length] != '/') {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (url[from + i] != text[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
