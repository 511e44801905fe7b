namespace S3Kms.Runtime;

/// <summary>Ids under which S3 knows a request.</summary>
public class ResponseMetadata
{
    /// <summary><c>x-amz-request-id</c> of the answer.</summary>
    public string? RequestId { get; set; }

    /// <summary>More of the answer; holds <c>x-amz-id-2</c> where S3 sent it.</summary>
    public IDictionary<string, string> Metadata { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
