namespace S3Kms.Runtime;

/// <summary>Ids under which S3 knows a request.</summary>
public class ResponseMetadata
{
    private Dictionary<string, string>? _metadata;

    /// <summary><c>x-amz-request-id</c> of the answer.</summary>
    public string? RequestId { get; set; }

    /// <summary>More of the answer; holds <c>x-amz-id-2</c> where S3 sent it.</summary>
    public IDictionary<string, string> Metadata => _metadata ??= Fill();

    /// <summary><c>x-amz-id-2</c>; shows in <see cref="Metadata"/>, which few look at and which is made only for those.</summary>
    internal string? ExtendedRequestId { get; init; }

    private Dictionary<string, string> Fill()
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (ExtendedRequestId is not null)
        {
            metadata["x-amz-id-2"] = ExtendedRequestId;
        }

        return metadata;
    }
}
