namespace S3Kms.Model;

/// <content>Headers and what is irregular.</content>
public partial class CopyObjectRequest
{
    private S3MetadataDirective? _metadataDirective;
    private List<Tag>? _tagSet;

    /// <summary>Media type of the copy; takes effect with <see cref="S3MetadataDirective.REPLACE"/>.</summary>
    public string? ContentType
    {
        get => Headers.ContentType;
        set => Headers.ContentType = value;
    }

    /// <summary>HTTP headers: content headers and further ones, which are sent and signed as they are.</summary>
    public HeadersCollection Headers { get; } = new();

    /// <summary>User metadata; takes effect with <see cref="S3MetadataDirective.REPLACE"/>.</summary>
    public MetadataCollection Metadata { get; } = new();

    /// <summary>
    /// Whether the copy takes the metadata of the source (the default) or that of this request. Where it is not set and this request
    /// has metadata or content headers, S3 ignores those, as with the AWS SDK.
    /// </summary>
    public S3MetadataDirective MetadataDirective
    {
        get => _metadataDirective.GetValueOrDefault();
        set => _metadataDirective = value;
    }

    /// <summary>Tags; with any, the copy takes these and not those of the source.</summary>
    public List<Tag> TagSet
    {
        get => _tagSet ??= [];
        set => _tagSet = value;
    }

    internal List<Tag>? TagSetIfAny => _tagSet;

    /// <summary>Only if the source changed after this; the same as <see cref="ModifiedSinceDateUtc"/>.</summary>
    public DateTime ModifiedSinceDate
    {
        get => ModifiedSinceDateUtc;
        set => ModifiedSinceDateUtc = value;
    }

    /// <summary>Only if the source did not change after this; the same as <see cref="UnmodifiedSinceDateUtc"/>.</summary>
    public DateTime UnmodifiedSinceDate
    {
        get => UnmodifiedSinceDateUtc;
        set => UnmodifiedSinceDateUtc = value;
    }

    /// <summary>Takes keys as they are: see <see cref="AmazonS3Config.DisableTrimmingLeadingSlash"/>.</summary>
    public bool DisableTrimmingLeadingSlash { get; set; }

    internal List<KeyValuePair<string, string>>? WireMetadata => Headers.WithMetadata(Metadata);

    internal string? WireMetadataDirective => _metadataDirective switch
    {
        null => null,
        S3MetadataDirective.REPLACE => "REPLACE",
        _ => "COPY",
    };

    internal string? WireTaggingDirective => TagSetIfAny is { Count: > 0 } ? "REPLACE" : null;
}
