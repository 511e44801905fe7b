using System.Net;
using S3Kms.Model;
using S3Kms.Tests.Servers;

namespace S3Kms.Tests.Strict;

/// <summary>Presigned requests, used by a plain HTTP client.</summary>
public sealed class PresignTests(StrictServer server)
{
    private GetPreSignedUrlRequest Request(string key) => new()
    {
        BucketName = server.Bucket,
        Key = key,
        Verb = HttpVerb.PUT,
        Expires = DateTime.UtcNow.AddMinutes(5),
        ContentType = "text/x-note",
        ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
        ServerSideEncryptionKeyManagementServiceKeyId = server.Key("first"),
        ServerSideEncryptionKeyManagementServiceEncryptionContext = "{\"department\":\"finance\"}",
        BucketKeyEnabled = true,
        Metadata = { ["author"] = "me" },
    };

    private static async Task<HttpStatusCode> SendAsync(string url, IEnumerable<KeyValuePair<string, string>> headers)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent("by url"u8.ToArray()) };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    [Fact]
    public async Task A_batch_gives_for_each_key_what_a_single_call_gives()
    {
        using var client = server.Client();
        string[] keys = [Objects.NewKey(), Objects.NewKey() + " é+&/x", "/" + Objects.NewKey()];
        var template = Request("unused");
        var batch = client.GetPreSignedBatch(template, keys);
        Assert.Equal(("PUT", keys.Length), (batch.Method, batch.Urls.Count));
        Assert.InRange(batch.ExpiresAt, DateTime.UtcNow.AddMinutes(4), DateTime.UtcNow.AddMinutes(6));
        for (var i = 0; i < keys.Length; i++)
        {
            template.Key = keys[i];
            var single = client.GetPreSignedRequest(template);
            Assert.Equal(new Uri(single.Url!).AbsolutePath, new Uri(batch.Urls[i]).AbsolutePath);
            Assert.Equal(single.SignedHeaders, batch.SignedHeaders);
            Assert.Equal(HttpStatusCode.OK, await SendAsync(batch.Urls[i], batch.SignedHeaders));
            Assert.Equal("by url", await client.TextAsync(server.Bucket, keys[i]));
        }

        Assert.Equal(3, client.GetPreSignedURLs(template, keys).Count);
        Assert.Equal(3, (await client.GetPreSignedBatchAsync(template, keys)).Urls.Count);
        Assert.Empty(client.GetPreSignedURLs(template, []));
        template.Protocol = Protocol.HTTPS;
        Assert.All(client.GetPreSignedURLs(template, keys), url => Assert.StartsWith("https://", url, StringComparison.Ordinal));
    }

    [Fact]
    public void A_batch_of_very_many_keys_is_whole()
    {
        using var client = server.Client();
        var keys = Enumerable.Range(0, 5000).Select(i => $"k{new string('k', i % 300)}/{i}").ToList();
        var urls = client.GetPreSignedURLs(Request("unused"), keys);
        Assert.Equal(keys.Select(key => $"/{server.Bucket}/{key}"), urls.Select(url => new Uri(url).AbsolutePath));
    }

    [Fact]
    public void A_batch_is_all_or_nothing()
    {
        using var client = server.Client();
        var template = Request("unused");
        Assert.Contains("keys", Assert.ThrowsAny<ArgumentException>(() => client.GetPreSignedURLs(template, ["a", string.Empty])).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => client.GetPreSignedURLs(template, ["a", null!]));
        Assert.ThrowsAny<ArgumentException>(() => client.GetPreSignedURLs(template, ["a", "\ud800"]));
        Assert.Throws<ArgumentNullException>(() => client.GetPreSignedURLs(template, null!));
        Assert.Throws<ArgumentNullException>(() => client.GetPreSignedURLs(null!, ["a"]));
        Assert.Throws<InvalidOperationException>(() => client.GetPreSignedURLs(new GetPreSignedUrlRequest { BucketName = "b" }, ["a"]));
    }

    [Fact]
    public async Task Presigned_put_works_with_exactly_the_returned_headers()
    {
        using var client = server.Client();
        var key = Objects.NewKey();
        var signed = await client.GetPreSignedRequestAsync(Request(key));
        Assert.Equal("PUT", signed.Method);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(signed.Url!, signed.SignedHeaders));
        var metadata = await client.GetObjectMetadataAsync(server.Bucket, key);
        Assert.Equal((server.Key("first"), true), (metadata.ServerSideEncryptionKeyManagementServiceKeyId, metadata.BucketKeyEnabled));
        Assert.Equal(("text/x-note", "me"), (metadata.Headers.ContentType, metadata.Metadata["author"]));
    }

    [Fact]
    public async Task Presigned_put_is_refused_when_a_header_is_missing_changed_or_added()
    {
        using var client = server.Client();
        var signed = client.GetPreSignedRequest(Request(Objects.NewKey()));
        Assert.Equal(6, signed.SignedHeaders.Count);
        foreach (var name in signed.SignedHeaders.Keys)
        {
            Assert.Equal((name, HttpStatusCode.Forbidden), (name, await SendAsync(signed.Url!, signed.SignedHeaders.Where(header => header.Key != name))));
            var changed = signed.SignedHeaders.Select(header => header.Key == name ? KeyValuePair.Create(name, header.Value + "x") : header);
            Assert.Equal((name, HttpStatusCode.Forbidden), (name, await SendAsync(signed.Url!, changed)));
        }

        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(signed.Url!, signed.SignedHeaders.Append(KeyValuePair.Create("x-amz-meta-more", "1"))));
    }

    [Fact]
    public void Url_has_the_protocol_that_was_asked_for_or_that_of_the_endpoint()
    {
        using var client = server.Client();
        var request = new GetPreSignedUrlRequest { BucketName = server.Bucket, Key = "k", Expires = DateTime.UtcNow.AddMinutes(5) };
        Assert.StartsWith("http://", client.GetPreSignedURL(request), StringComparison.Ordinal);
        request.Protocol = Protocol.HTTPS;
        Assert.StartsWith("https://", client.GetPreSignedURL(request), StringComparison.Ordinal);
        request.Protocol = Protocol.HTTP;
        Assert.StartsWith("http://", client.GetPreSignedURL(request), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_http_url_with_kms_is_refused_beyond_loopback()
    {
        using var client = new AmazonS3Client(server.Credentials, RegionEndpoint.EUCentral1);
        var request = Request("k");
        request.Protocol = Protocol.HTTP;
        var error = Assert.Throws<ArgumentException>(() => client.GetPreSignedURL(request));
        Assert.Contains("Protocol", error.Message, StringComparison.Ordinal);
        request.Protocol = Protocol.HTTPS;
        Assert.StartsWith($"https://{server.Bucket}.s3.eu-central-1.amazonaws.com/k?", client.GetPreSignedURL(request), StringComparison.Ordinal);
    }

    [Fact]
    public void Expiry_is_required_and_within_seven_days()
    {
        using var client = server.Client();
        var request = new GetPreSignedUrlRequest { BucketName = server.Bucket, Key = "k" };
        Assert.Contains("Expires", Assert.Throws<InvalidOperationException>(() => client.GetPreSignedURL(request)).Message, StringComparison.Ordinal);
        foreach (var days in new[] { -1, 0, 8 })
        {
            request.Expires = DateTime.UtcNow.AddDays(days);
            var error = Assert.Throws<ArgumentException>(() => client.GetPreSignedURL(request));
            Assert.Equal("GetPreSignedUrlRequest.Expires", error.ParamName);
        }

        request.Expires = DateTime.Now.AddDays(7);
        Assert.Contains("X-Amz-Expires=604800", client.GetPreSignedURL(request), StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("request", () => client.GetPreSignedURL(null!));
    }
}
