using System.Net;

namespace S3Kms.Runtime;

/// <summary>What all responses have in common.</summary>
public class AmazonWebServiceResponse
{
    /// <summary>Ids under which S3 knows the request.</summary>
    public ResponseMetadata ResponseMetadata { get; set; } = new();

    /// <summary>Bytes of content that the answer announced; 0 where it has none.</summary>
    public long ContentLength { get; set; }

    /// <summary>HTTP status of the answer.</summary>
    public HttpStatusCode HttpStatusCode { get; set; }

    internal void SetCommon(string? requestId, string? extendedRequestId, long? status)
    {
        ResponseMetadata.RequestId = requestId;
        if (extendedRequestId is not null)
        {
            ResponseMetadata.Metadata["x-amz-id-2"] = extendedRequestId;
        }

        HttpStatusCode = (HttpStatusCode)status.GetValueOrDefault();
    }
}
