package io.s3kms.model;

/** What may not be asked for together. */
final class SSERules {
    private SSERules() {}

    static void notBoth(SSECustomerKey customerKey, SSEAwsKeyManagementParams params) {
        if (customerKey != null && params != null) {
            throw new IllegalArgumentException("Either SSECustomerKey or SSEAwsKeyManagementParams must not be set at the same time:"
                    + " set one of them to null");
        }
    }

    static boolean isKms(String algorithm) {
        return SSEAlgorithm.KMS.getAlgorithm().equals(algorithm) || SSEAlgorithm.KMS_DSSE.getAlgorithm().equals(algorithm);
    }
}
