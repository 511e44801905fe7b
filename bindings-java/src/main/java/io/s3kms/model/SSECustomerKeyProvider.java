package io.s3kms.model;

/** A request that may bear a customer's own key (SSE-C). */
public interface SSECustomerKeyProvider {
    /**
     * SSE-C: the customer's own key.
     *
     * @return the key, or null
     */
    SSECustomerKey getSSECustomerKey();
}
