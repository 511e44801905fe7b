namespace S3Kms.Runtime;

/// <summary>No credentials: requests are not signed.</summary>
public class AnonymousAWSCredentials : AWSCredentials
{
    /// <summary>Always null: requests are not signed.</summary>
    public override ImmutableCredentials? GetCredentials() => null;
}
