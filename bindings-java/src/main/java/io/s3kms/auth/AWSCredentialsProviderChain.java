package io.s3kms.auth;

import io.s3kms.SdkClientException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Asks one provider after the other; the first that has credentials is asked first from then on. */
public class AWSCredentialsProviderChain implements AWSCredentialsProvider {
    private final List<AWSCredentialsProvider> providers;
    private volatile boolean reuseLast = true;
    private volatile AWSCredentialsProvider last;

    /**
     * A chain.
     *
     * @param credentialsProviders the providers, in order
     * @throws IllegalArgumentException when there are none
     */
    public AWSCredentialsProviderChain(List<? extends AWSCredentialsProvider> credentialsProviders) {
        if (credentialsProviders == null || credentialsProviders.isEmpty()) {
            throw new IllegalArgumentException("No credential providers specified");
        }
        this.providers = Collections.unmodifiableList(new ArrayList<>(credentialsProviders));
    }

    /**
     * A chain.
     *
     * @param credentialsProviders the providers, in order
     * @throws IllegalArgumentException when there are none
     */
    public AWSCredentialsProviderChain(AWSCredentialsProvider... credentialsProviders) {
        this(credentialsProviders == null ? null : Arrays.asList(credentialsProviders));
    }

    /**
     * Whether the provider that had credentials is asked first from then on.
     *
     * @return true by default
     */
    public boolean getReuseLastProvider() {
        return reuseLast;
    }

    /**
     * Whether the provider that had credentials is asked first from then on.
     *
     * @param reuse the value
     */
    public void setReuseLastProvider(boolean reuse) {
        this.reuseLast = reuse;
    }

    @Override
    public AWSCredentials getCredentials() {
        AWSCredentialsProvider known = last;
        if (reuseLast && known != null) {
            return known.getCredentials();
        }
        StringBuilder reasons = new StringBuilder();
        for (AWSCredentialsProvider provider : providers) {
            try {
                AWSCredentials credentials = provider.getCredentials();
                if (credentials != null && credentials.getAWSAccessKeyId() != null
                        && credentials.getAWSSecretKey() != null) {
                    last = provider;
                    return credentials;
                }
            } catch (RuntimeException e) {
                reasons.append(reasons.length() == 0 ? "" : "; ").append(provider.getClass().getSimpleName())
                        .append(": ").append(e.getMessage());
            }
        }
        throw new SdkClientException("Unable to load AWS credentials from any provider in the chain: [" + reasons + "]");
    }

    @Override
    public void refresh() {
        for (AWSCredentialsProvider provider : providers) {
            provider.refresh();
        }
    }
}
