using System.Net;

namespace S3Kms.Runtime;

/// <summary>What all responses have in common.</summary>
public class AmazonWebServiceResponse
{
    private ResponseMetadata? _responseMetadata;

    /// <summary>Ids under which S3 knows the request.</summary>
    public ResponseMetadata ResponseMetadata
    {
        get => _responseMetadata ??= new ResponseMetadata();
        set => _responseMetadata = value;
    }

    /// <summary>Bytes of content that the answer announced; 0 where it has none.</summary>
    public long ContentLength { get; set; }

    /// <summary>HTTP status of the answer.</summary>
    public HttpStatusCode HttpStatusCode { get; set; }

    internal void SetCommon(string? requestId, string? extendedRequestId, long? status)
    {
        _responseMetadata = new ResponseMetadata { RequestId = requestId, ExtendedRequestId = extendedRequestId };
        HttpStatusCode = (HttpStatusCode)status.GetValueOrDefault();
    }
}
