namespace S3Kms.Model;

/// <content>What is irregular.</content>
public partial class DeleteObjectRequest
{
    /// <summary>Code of the MFA device, for buckets with MFA delete.</summary>
    public MfaCodes? MfaCodes { get; set; }

    /// <summary>Further HTTP headers, sent and signed as they are.</summary>
    public HeadersCollection Headers { get; } = new();

}
