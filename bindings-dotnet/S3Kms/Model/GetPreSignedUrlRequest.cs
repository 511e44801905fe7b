namespace S3Kms.Model;

/// <content>What is irregular.</content>
public partial class GetPreSignedUrlRequest
{
    private ResponseHeaderOverrides? _overrides;
    private Protocol? _protocol;
    private DateTime? _expires;

    /// <summary>HTTP method that the URL is for. Default <see cref="HttpVerb.GET"/>.</summary>
    public HttpVerb Verb { get; set; }

    /// <summary>When the URL expires: after now, within 7 days. Required, as in the AWS SDK. Without a kind it is local time.</summary>
    public DateTime Expires
    {
        get => _expires.GetValueOrDefault();
        set => _expires = value;
    }

    /// <summary>Protocol of the URL. Where it is not set: that of the endpoint, so that the URL works.</summary>
    public Protocol Protocol
    {
        get => _protocol.GetValueOrDefault();
        set => _protocol = value;
    }

    /// <summary><c>Content-Type</c> that the uploader must send.</summary>
    public string? ContentType
    {
        get => Headers.ContentType;
        set => Headers.ContentType = value;
    }

    /// <summary>Headers that the answer shall carry.</summary>
    public ResponseHeaderOverrides ResponseHeaderOverrides
    {
        get => _overrides ??= new ResponseHeaderOverrides();
        set => _overrides = value;
    }

    internal ResponseHeaderOverrides? OverridesIfAny => _overrides;

    /// <summary>Further headers that whoever uses the URL must send.</summary>
    public HeadersCollection Headers { get; } = new();

    /// <summary>User metadata that the uploader must send.</summary>
    public MetadataCollection Metadata { get; } = new();

    /// <summary>Further query parameters of the URL.</summary>
    public ParameterCollection Parameters { get; } = new();

    /// <summary>Who pays: <c>requester</c> where the user of the URL does.</summary>
    public RequestPayer? RequestPayer { get; set; }

    /// <summary>Whether <see cref="Expires"/> was set.</summary>
    public bool IsSetExpires() => _expires.HasValue;

    internal Protocol? ProtocolIfSet => _protocol;

    internal string WireVerb => Verb switch
    {
        HttpVerb.GET => "GET",
        HttpVerb.HEAD => "HEAD",
        HttpVerb.PUT => "PUT",
        HttpVerb.DELETE => "DELETE",
        _ => Verb.ToString(),
    };

    internal DateTime? WireResponseExpires => _overrides?.ExpiresTime(nameof(GetPreSignedUrlRequest));

    internal List<KeyValuePair<string, string>>? WireMetadata => Headers.WithMetadata(Metadata);

    internal List<KeyValuePair<string, string>>? WireHeaders
    {
        get
        {
            var headers = Headers.Own;
            if (!string.IsNullOrEmpty(RequestPayer))
            {
                (headers ??= []).Add(KeyValuePair.Create("x-amz-request-payer", RequestPayer!.Value));
            }

            return headers;
        }
    }

    /// <summary>Rounded up: a time within the limit of 7 days stays within it.</summary>
    internal long ExpiresInSeconds() => (long)Math.Ceiling((Expires.ToUniversalTime() - DateTime.UtcNow).TotalSeconds);
}
