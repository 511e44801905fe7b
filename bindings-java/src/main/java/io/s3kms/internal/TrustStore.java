package io.s3kms.internal;

import io.s3kms.SdkClientException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Collections;

/** The certificates of {@code javax.net.ssl.trustStore}, in the form that native code reads. */
final class TrustStore {
    private static final int LINE = 64;

    private TrustStore() {}

    /** PEM text of the trusted certificates; null when the system property is not set. */
    static String asPem() {
        String file = System.getProperty("javax.net.ssl.trustStore");
        if (file == null || file.isEmpty() || "NONE".equals(file)) {
            return null;
        }
        String password = System.getProperty("javax.net.ssl.trustStorePassword");
        String type = System.getProperty("javax.net.ssl.trustStoreType", KeyStore.getDefaultType());
        try (InputStream in = Files.newInputStream(Paths.get(file))) {
            KeyStore store = KeyStore.getInstance(type);
            store.load(in, password == null ? null : password.toCharArray());
            return asPem(store);
        } catch (IOException | GeneralSecurityException e) {
            throw new SdkClientException("The trust store of javax.net.ssl.trustStore cannot be read (" + file + ", type " + type
                    + "): " + e.getMessage(), e);
        }
    }

    private static String asPem(KeyStore store) throws GeneralSecurityException {
        Base64.Encoder encoder = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII));
        StringBuilder pem = new StringBuilder();
        for (String alias : Collections.list(store.aliases())) {
            Certificate certificate = store.isCertificateEntry(alias) ? store.getCertificate(alias) : null;
            if (certificate != null) {
                pem.append("-----BEGIN CERTIFICATE-----\n").append(encoder.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            }
        }
        return pem.length() == 0 ? null : pem.toString();
    }
}
