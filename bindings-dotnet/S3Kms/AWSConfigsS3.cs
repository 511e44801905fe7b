namespace S3Kms;

/// <summary>Settings of S3 for the whole process, as applications of the AWS SDK for .NET 3.x make them.</summary>
public static class AWSConfigsS3
{
    /// <summary>
    /// Always true: every request and every URL is signed with Signature Version 4, which SSE-KMS needs. May be set, so that
    /// code written for the AWS SDK compiles and runs; setting it to false changes nothing.
    /// </summary>
    public static bool UseSignatureVersion4
    {
        get => true;
        set => _ = value;
    }
}
