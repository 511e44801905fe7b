namespace S3Kms.Runtime;

/// <summary>Credentials at one moment.</summary>
public class ImmutableCredentials : IEquatable<ImmutableCredentials>
{
    /// <summary>Makes credentials.</summary>
    /// <param name="awsAccessKeyId">Access key id.</param>
    /// <param name="awsSecretAccessKey">Secret access key.</param>
    /// <param name="token">Session token of temporary credentials; null or empty: none.</param>
    /// <exception cref="ArgumentException">The access key id or the secret access key is null or empty.</exception>
    public ImmutableCredentials(string awsAccessKeyId, string awsSecretAccessKey, string? token)
    {
        ArgumentException.ThrowIfNullOrEmpty(awsAccessKeyId);
        ArgumentException.ThrowIfNullOrEmpty(awsSecretAccessKey);
        AccessKey = awsAccessKeyId;
        SecretKey = awsSecretAccessKey;
        Token = token ?? string.Empty;
    }

    /// <summary>Access key id.</summary>
    public string AccessKey { get; }

    /// <summary>Secret access key.</summary>
    public string SecretKey { get; }

    /// <summary>Session token; empty: none.</summary>
    public string Token { get; }

    /// <summary>Whether there is a session token.</summary>
    public bool UseToken => Token.Length > 0;

    /// <summary>The same credentials.</summary>
    public ImmutableCredentials Copy() => new(AccessKey, SecretKey, Token);

    /// <inheritdoc/>
    public bool Equals(ImmutableCredentials? other) =>
        other is not null && AccessKey == other.AccessKey && SecretKey == other.SecretKey && Token == other.Token;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ImmutableCredentials);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(AccessKey, SecretKey, Token);

    /// <summary>The access key id; never the secret.</summary>
    public override string ToString() => AccessKey;
}
