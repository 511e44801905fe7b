namespace S3Kms.Runtime;

/// <summary>No credentials: requests are not signed.</summary>
public class AnonymousAWSCredentials : AWSCredentials
{
    /// <summary>Not available: there are none.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override ImmutableCredentials GetCredentials() =>
        throw new NotSupportedException("AnonymousAWSCredentials hold no credentials: requests are not signed.");
}
