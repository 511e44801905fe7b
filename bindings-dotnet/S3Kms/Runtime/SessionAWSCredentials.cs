namespace S3Kms.Runtime;

/// <summary>Temporary credentials that are not renewed.</summary>
public class SessionAWSCredentials : AWSCredentials
{
    private readonly ImmutableCredentials _credentials;

    /// <summary>Makes credentials.</summary>
    /// <param name="awsAccessKeyId">Access key id.</param>
    /// <param name="awsSecretAccessKey">Secret access key.</param>
    /// <param name="token">Session token.</param>
    /// <exception cref="ArgumentException">One of them is null or empty.</exception>
    public SessionAWSCredentials(string awsAccessKeyId, string awsSecretAccessKey, string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(awsAccessKeyId);
        ArgumentException.ThrowIfNullOrEmpty(awsSecretAccessKey);
        ArgumentException.ThrowIfNullOrEmpty(token);
        _credentials = new ImmutableCredentials(awsAccessKeyId, awsSecretAccessKey, token);
    }

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => _credentials;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SessionAWSCredentials other && other._credentials.Equals(_credentials);

    /// <inheritdoc/>
    public override int GetHashCode() => _credentials.GetHashCode();
}
