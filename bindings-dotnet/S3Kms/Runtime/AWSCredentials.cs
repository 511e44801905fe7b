namespace S3Kms.Runtime;

/// <summary>
/// A source of credentials. It is asked once per request, when the request begins: derive from this class for credentials that
/// change.
/// </summary>
public abstract class AWSCredentials
{
    /// <summary>The credentials now.</summary>
    public abstract ImmutableCredentials GetCredentials();

    /// <summary>The credentials now. By default what <see cref="GetCredentials"/> gives.</summary>
    public virtual Task<ImmutableCredentials> GetCredentialsAsync() => Task.FromResult(GetCredentials());
}
