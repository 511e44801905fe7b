namespace S3Kms.Model;

/// <content>What is irregular.</content>
public partial class GetObjectRequest
{
    private ResponseHeaderOverrides? _overrides;

    /// <summary>Bytes to read; null: all.</summary>
    public ByteRange? ByteRange { get; set; }

    /// <summary>Headers that the answer shall carry.</summary>
    public ResponseHeaderOverrides ResponseHeaderOverrides
    {
        get => _overrides ??= new ResponseHeaderOverrides();
        set => _overrides = value;
    }

    internal ResponseHeaderOverrides? OverridesIfAny => _overrides;

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

    internal DateTime? WireResponseExpires => _overrides?.ExpiresTime(nameof(GetObjectRequest));
}
