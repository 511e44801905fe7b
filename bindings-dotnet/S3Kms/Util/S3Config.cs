namespace S3Kms.Util;

/// <summary>Settings of S3 behind <see cref="AWSConfigs.S3Config"/>.</summary>
public class S3Config
{
    internal S3Config()
    {
    }

    /// <summary>Always true: see <see cref="AWSConfigsS3.UseSignatureVersion4"/>.</summary>
#pragma warning disable CA1822 // `AWSConfigs.S3Config.UseSignatureVersion4 = true` needs an instance
    public bool UseSignatureVersion4
    {
        get => AWSConfigsS3.UseSignatureVersion4;
        set => AWSConfigsS3.UseSignatureVersion4 = value;
    }
}
