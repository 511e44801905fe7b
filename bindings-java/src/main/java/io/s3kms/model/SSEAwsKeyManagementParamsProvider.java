package io.s3kms.model;

/** A request that may ask for SSE-KMS. */
public interface SSEAwsKeyManagementParamsProvider {
    /**
     * SSE-KMS: the KMS key, its context and algorithm.
     *
     * @return the parameters, or null
     */
    SSEAwsKeyManagementParams getSSEAwsKeyManagementParams();
}
