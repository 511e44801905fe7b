namespace S3Kms.Model;

/// <content>What is irregular.</content>
public partial class GetObjectMetadataRequest
{
    /// <summary>Bytes that a get would read; null: all.</summary>
    public ByteRange? ByteRange { get; set; }

    /// <summary>Further HTTP headers, sent and signed as they are.</summary>
    public HeadersCollection Headers { get; } = new();

    /// <summary>Only if the object changed after this; the same as <see cref="ModifiedSinceDateUtc"/>.</summary>
    public DateTime ModifiedSinceDate
    {
        get => ModifiedSinceDateUtc;
        set => ModifiedSinceDateUtc = value;
    }

    /// <summary>Only if the object did not change after this; the same as <see cref="UnmodifiedSinceDateUtc"/>.</summary>
    public DateTime UnmodifiedSinceDate
    {
        get => UnmodifiedSinceDateUtc;
        set => UnmodifiedSinceDateUtc = value;
    }

}
