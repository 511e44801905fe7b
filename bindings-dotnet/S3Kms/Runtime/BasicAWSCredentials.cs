namespace S3Kms.Runtime;

/// <summary>An access key that does not change.</summary>
public class BasicAWSCredentials : AWSCredentials
{
    private readonly ImmutableCredentials _credentials;

    /// <summary>Makes credentials.</summary>
    /// <param name="accessKey">Access key id.</param>
    /// <param name="secretKey">Secret access key.</param>
    /// <exception cref="ArgumentException">One of them is null or empty.</exception>
    public BasicAWSCredentials(string accessKey, string secretKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(accessKey);
        ArgumentException.ThrowIfNullOrEmpty(secretKey);
        _credentials = new ImmutableCredentials(accessKey, secretKey, null);
    }

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => _credentials;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BasicAWSCredentials other && other._credentials.Equals(_credentials);

    /// <inheritdoc/>
    public override int GetHashCode() => _credentials.GetHashCode();
}
