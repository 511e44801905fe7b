namespace S3Kms.Model;

/// <content>What is irregular.</content>
public partial class PreSignedRequest
{
    /// <summary>
    /// Headers that whoever uses the URL must send, exactly so. SSE-KMS on a PUT is such headers: without them S3 refuses the request.
    /// </summary>
    public IReadOnlyDictionary<string, string> SignedHeaders { get; internal set; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;
}
