package io.s3kms.model;

import java.util.Base64;
import javax.crypto.SecretKey;

/** SSE-C: a 256-bit key that the customer keeps; S3 forgets it after the request. */
public class SSECustomerKey {
    private final String base64EncodedKey;
    private String algorithm = SSEAlgorithm.getDefault().getAlgorithm();
    private String md5;

    /**
     * A key as text.
     *
     * @param base64EncodedKey base64 of the 256 bits
     * @throws IllegalArgumentException when it is null or empty
     */
    public SSECustomerKey(String base64EncodedKey) {
        if (base64EncodedKey == null || base64EncodedKey.isEmpty()) {
            throw new IllegalArgumentException("Encryption key must be specified: base64EncodedKey cannot be null or empty");
        }
        this.base64EncodedKey = base64EncodedKey;
    }

    /**
     * A key as bytes.
     *
     * @param rawKeyMaterial the 32 bytes
     * @throws IllegalArgumentException when they are null or none
     */
    public SSECustomerKey(byte[] rawKeyMaterial) {
        this(encode(rawKeyMaterial));
    }

    /**
     * A key of Java's cryptography.
     *
     * @param key the key; it must give its encoded form
     * @throws IllegalArgumentException when it is null
     */
    public SSECustomerKey(SecretKey key) {
        this(encode(key == null ? null : key.getEncoded()));
    }

    private static String encode(byte[] key) {
        return key == null ? null : Base64.getEncoder().encodeToString(key);
    }

    /**
     * The key.
     *
     * @return base64; a secret
     */
    public String getKey() {
        return base64EncodedKey;
    }

    /**
     * The algorithm.
     *
     * @return {@code AES256}
     */
    public String getAlgorithm() {
        return algorithm;
    }

    /**
     * The algorithm.
     *
     * @param algorithm {@code AES256}: S3 has no other
     */
    public void setAlgorithm(String algorithm) {
        this.algorithm = algorithm;
    }

    /**
     * The algorithm.
     *
     * @param algorithm {@code AES256}: S3 has no other
     * @return this
     */
    public SSECustomerKey withAlgorithm(String algorithm) {
        setAlgorithm(algorithm);
        return this;
    }

    /**
     * Base64 of the key's MD5.
     *
     * @return the digest; null: computed
     */
    public String getMd5() {
        return md5;
    }

    /**
     * Base64 of the key's MD5.
     *
     * @param md5Digest the digest; null: computed
     */
    public void setMd5(String md5Digest) {
        this.md5 = md5Digest;
    }

    /**
     * Base64 of the key's MD5.
     *
     * @param md5Digest the digest; null: computed
     * @return this
     */
    public SSECustomerKey withMd5(String md5Digest) {
        setMd5(md5Digest);
        return this;
    }
}
