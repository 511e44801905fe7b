package io.s3kms.auth;

import io.s3kms.auth.profile.ProfileCredentialsProvider;

/**
 * The default chain. A client that is given this asks the environment and the system properties here, and leaves the rest
 * (profiles with SSO or roles, web identity, containers, EC2) to native code. {@link #getCredentials()} itself knows the
 * environment, the system properties and static keys in the profile file.
 */
public class DefaultAWSCredentialsProviderChain extends AWSCredentialsProviderChain {
    private static final DefaultAWSCredentialsProviderChain INSTANCE = new DefaultAWSCredentialsProviderChain();

    /** A chain. */
    public DefaultAWSCredentialsProviderChain() {
        super(new EnvironmentVariableCredentialsProvider(), new SystemPropertiesCredentialsProvider(),
                new ProfileCredentialsProvider());
    }

    /**
     * The one chain.
     *
     * @return the chain
     */
    public static DefaultAWSCredentialsProviderChain getInstance() {
        return INSTANCE;
    }
}
