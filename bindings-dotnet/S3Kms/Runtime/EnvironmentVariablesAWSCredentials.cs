namespace S3Kms.Runtime;

/// <summary>
/// Credentials from the environment of the process as .NET sees it, with what
/// <see cref="Environment.SetEnvironmentVariable(string, string)"/> changed. Read at every request.
/// </summary>
public class EnvironmentVariablesAWSCredentials : AWSCredentials
{
    /// <summary>Variable of the access key id.</summary>
    public const string ENVIRONMENT_VARIABLE_ACCESSKEY = "AWS_ACCESS_KEY_ID";

    /// <summary>Variable of the secret access key.</summary>
    public const string ENVIRONMENT_VARIABLE_SECRETKEY = "AWS_SECRET_ACCESS_KEY";

    /// <summary>Variable of the session token.</summary>
    public const string ENVIRONMENT_VARIABLE_SESSION_TOKEN = "AWS_SESSION_TOKEN";

    /// <summary>Reads the environment once, to refuse one that lacks credentials.</summary>
    /// <exception cref="InvalidOperationException">A variable is not set.</exception>
    public EnvironmentVariablesAWSCredentials() => FetchCredentials();

    /// <summary>The credentials in the environment now.</summary>
    /// <exception cref="InvalidOperationException">A variable is not set.</exception>
#pragma warning disable CA1822 // an instance method in the AWS SDK
    public ImmutableCredentials FetchCredentials() => Find() ?? throw new InvalidOperationException(
        $"The environment variables {ENVIRONMENT_VARIABLE_ACCESSKEY} and {ENVIRONMENT_VARIABLE_SECRETKEY} are not both set.");
#pragma warning restore CA1822

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => FetchCredentials();

    /// <summary>The credentials in the environment now, or null.</summary>
    internal static ImmutableCredentials? Find()
    {
        var accessKey = Environment.GetEnvironmentVariable(ENVIRONMENT_VARIABLE_ACCESSKEY);
        var secretKey = Environment.GetEnvironmentVariable(ENVIRONMENT_VARIABLE_SECRETKEY);
        return string.IsNullOrEmpty(accessKey) || string.IsNullOrEmpty(secretKey)
            ? null
            : new ImmutableCredentials(accessKey, secretKey, Environment.GetEnvironmentVariable(ENVIRONMENT_VARIABLE_SESSION_TOKEN));
    }
}
