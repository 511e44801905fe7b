using S3Kms.Interop;
using S3Kms.Marshalling;
using S3Kms.Model;

namespace S3Kms;

/// <summary>What a presigned URL needs beside the signature: checks, and the protocol that was asked for.</summary>
internal static class Presigner
{
    /// <summary>Refuses what cannot be signed.</summary>
    public static void Check(GetPreSignedUrlRequest request, AmazonS3Config config)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.IsSetExpires())
        {
            throw new InvalidOperationException("GetPreSignedUrlRequest.Expires is not set: say until when the URL is good, at most 7 days.");
        }

        if (request.Verb is not (HttpVerb.GET or HttpVerb.HEAD or HttpVerb.PUT or HttpVerb.DELETE))
        {
            throw new ArgumentException($"Verb {request.Verb} is none of GET, HEAD, PUT and DELETE.", "GetPreSignedUrlRequest.Verb");
        }

        if (request.ProtocolIfSet != Protocol.HTTP)
        {
            return;
        }

        var encrypts = !string.IsNullOrEmpty(request.ServerSideEncryptionCustomerMethod)
            || request.ServerSideEncryptionMethod?.Value.StartsWith("aws:kms", StringComparison.OrdinalIgnoreCase) == true;
        if (encrypts && !config.AllowKmsOverHttp && !IsLoopback(config.ServiceURL))
        {
            throw new ArgumentException(
                "Protocol is HTTP: content under SSE-KMS or SSE-C must not cross the network in clear. Use Protocol.HTTPS, or set AmazonS3Config.AllowKmsOverHttp.",
                "GetPreSignedUrlRequest.Protocol");
        }
    }

    /// <summary>Signs.</summary>
    public static PreSignedRequest Sign(NativeClient native, GetPreSignedUrlRequest request, in CallContext context)
    {
        var signed = native.Presign(request, context);
        signed.Url = WithProtocol(signed.Url!, request);
        return signed;
    }

    /// <summary>Signs a URL for each key.</summary>
    public static PreSignedBatch Sign(NativeClient native, GetPreSignedUrlRequest template, IReadOnlyCollection<string> keys, in CallContext context)
    {
        var signed = native.PresignBatch(template, keys, context);
        if (template.ProtocolIfSet is not null)
        {
            signed.Urls = Array.ConvertAll((string[])signed.Urls, url => WithProtocol(url, template));
        }

        return signed;
    }

    /// <summary>The URL with the protocol that was asked for. The signature covers the host and not the protocol, so that it can be set afterwards.</summary>
    public static string WithProtocol(string url, GetPreSignedUrlRequest request) =>
        request.ProtocolIfSet is { } protocol && url.IndexOf("://", StringComparison.Ordinal) is > 0 and var colon
            ? (protocol == Protocol.HTTP ? "http" : "https") + url[colon..]
            : url;

    private static bool IsLoopback(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback;
}
