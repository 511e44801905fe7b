namespace S3Kms.Runtime;

/// <summary>
/// A source of credentials. It is asked once per request, when the request begins, on the thread of the caller: derive from
/// this class for credentials that change.
/// </summary>
public abstract class AWSCredentials
{
    /// <summary>The credentials now; null: requests are not signed.</summary>
    public abstract ImmutableCredentials? GetCredentials();

    /// <summary>The credentials now; null: requests are not signed. By default <see cref="GetCredentials"/>.</summary>
    public virtual Task<ImmutableCredentials?> GetCredentialsAsync() => Task.FromResult(GetCredentials());
}
