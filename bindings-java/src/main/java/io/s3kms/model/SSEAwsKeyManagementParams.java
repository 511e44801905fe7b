package io.s3kms.model;

import java.util.Objects;

/** SSE-KMS: under which KMS key, with which encryption context and algorithm. Only symmetric keys work. */
public class SSEAwsKeyManagementParams {
    private final String awsKmsKeyId;
    private String encryption = SSEAlgorithm.KMS.getAlgorithm();
    private String awsKmsEncryptionContext;

    /** SSE-KMS under the AWS managed key {@code aws/s3}. */
    public SSEAwsKeyManagementParams() {
        this.awsKmsKeyId = null;
    }

    /**
     * SSE-KMS under a key.
     *
     * @param awsKmsKeyId id, ARN, alias or alias ARN
     * @throws IllegalArgumentException when it is null or empty
     */
    public SSEAwsKeyManagementParams(String awsKmsKeyId) {
        this.awsKmsKeyId = checked(awsKmsKeyId);
    }

    /**
     * SSE-KMS under a key, with an encryption context.
     *
     * @param awsKmsKeyId id, ARN, alias or alias ARN
     * @param awsKmsEncryptionContext base64 of a flat JSON object of strings, or the JSON itself
     * @throws IllegalArgumentException when one is null or empty
     */
    public SSEAwsKeyManagementParams(String awsKmsKeyId, String awsKmsEncryptionContext) {
        this(awsKmsKeyId);
        this.awsKmsEncryptionContext = context(awsKmsEncryptionContext);
    }

    /**
     * SSE-KMS under a key, with an algorithm.
     *
     * @param awsKmsKeyId id, ARN, alias or alias ARN
     * @param sseAlgorithm the algorithm
     * @throws IllegalArgumentException when the id is null or empty, or the algorithm is null
     */
    public SSEAwsKeyManagementParams(String awsKmsKeyId, SSEAlgorithm sseAlgorithm) {
        this(awsKmsKeyId);
        this.encryption = algorithm(sseAlgorithm);
    }

    /**
     * SSE-KMS under the AWS managed key, with an algorithm.
     *
     * @param sseAlgorithm the algorithm
     * @throws IllegalArgumentException when it is null
     */
    public SSEAwsKeyManagementParams(SSEAlgorithm sseAlgorithm) {
        this();
        this.encryption = algorithm(sseAlgorithm);
    }

    private static String checked(String awsKmsKeyId) {
        if (awsKmsKeyId == null || awsKmsKeyId.isEmpty()) {
            throw new IllegalArgumentException("AWS Key Management System Key id (awsKmsKeyId) cannot be null or empty:"
                    + " use SSEAwsKeyManagementParams() for the AWS managed key");
        }
        return awsKmsKeyId;
    }

    private static String context(String context) {
        if (context == null || context.isEmpty()) {
            throw new IllegalArgumentException("AWS Key Management System encryption context (awsKmsEncryptionContext)"
                    + " cannot be null or empty");
        }
        return context;
    }

    private static String algorithm(SSEAlgorithm algorithm) {
        if (algorithm == null) {
            throw new IllegalArgumentException("sseAlgorithm cannot be null");
        }
        return algorithm.getAlgorithm();
    }

    /**
     * The KMS key.
     *
     * @return id, ARN, alias or alias ARN; null: the AWS managed key
     */
    public String getAwsKmsKeyId() {
        return awsKmsKeyId;
    }

    /**
     * The same with another key.
     *
     * @param awsKmsKeyId id, ARN, alias or alias ARN
     * @return new parameters; these do not change
     * @throws IllegalArgumentException when it is null or empty
     */
    public SSEAwsKeyManagementParams withAwsKmsKeyId(String awsKmsKeyId) {
        SSEAwsKeyManagementParams copy = new SSEAwsKeyManagementParams(awsKmsKeyId);
        copy.encryption = encryption;
        copy.awsKmsEncryptionContext = awsKmsEncryptionContext;
        return copy;
    }

    /**
     * The algorithm.
     *
     * @return the text on the wire, {@code aws:kms} by default
     */
    public String getEncryption() {
        return encryption;
    }

    /**
     * The algorithm.
     *
     * @param sseAlgorithm the text on the wire
     * @return this
     */
    public SSEAwsKeyManagementParams withSseAlgorithm(String sseAlgorithm) {
        this.encryption = sseAlgorithm;
        return this;
    }

    /**
     * The encryption context. KMS binds it to the data key; it must be presented again to decrypt, which S3 does.
     *
     * @return as it was given, or null
     */
    public String getAwsKmsEncryptionContext() {
        return awsKmsEncryptionContext;
    }

    /**
     * The encryption context.
     *
     * @param awsKmsEncryptionContext base64 of a flat JSON object of strings, or the JSON itself
     * @return this
     */
    public SSEAwsKeyManagementParams withAwsKmsEncryptionContext(String awsKmsEncryptionContext) {
        this.awsKmsEncryptionContext = awsKmsEncryptionContext;
        return this;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof SSEAwsKeyManagementParams)) {
            return false;
        }
        SSEAwsKeyManagementParams that = (SSEAwsKeyManagementParams) other;
        return Objects.equals(awsKmsKeyId, that.awsKmsKeyId) && Objects.equals(encryption, that.encryption)
                && Objects.equals(awsKmsEncryptionContext, that.awsKmsEncryptionContext);
    }

    @Override
    public int hashCode() {
        return Objects.hash(awsKmsKeyId, encryption, awsKmsEncryptionContext);
    }

    /** Algorithm and key; never the context. */
    @Override
    public String toString() {
        return "SSEAwsKeyManagementParams [awsKmsKeyId=" + awsKmsKeyId + ", sseAlgorithm=" + encryption + "]";
    }
}
