using S3Kms.Model;
using S3Kms.Runtime;

namespace S3Kms.Tests.Model;

/// <summary>The classes behave as those of the AWS SDK for .NET 3.x do: values seen by running it.</summary>
public sealed class ModelTests
{
    [Fact]
    public void Constants_compare_by_their_text_and_take_any()
    {
        Assert.True(ServerSideEncryptionMethod.AWSKMS == "aws:kms");
        Assert.True("aws:kms" == ServerSideEncryptionMethod.AWSKMS);
        ServerSideEncryptionMethod fromText = "aws:kms";
        Assert.Same(ServerSideEncryptionMethod.AWSKMS, fromText);
        Assert.Equal(ServerSideEncryptionMethod.AWSKMS, new ServerSideEncryptionMethod("aws:kms"));
        Assert.Equal(ServerSideEncryptionMethod.AWSKMS.GetHashCode(), new ServerSideEncryptionMethod("AWS:KMS").GetHashCode());
        Assert.Equal("aws:kms", ServerSideEncryptionMethod.FindValue("AWS:KMS").Value);
        Assert.Equal("aws:new", ServerSideEncryptionMethod.FindValue("aws:new").Value);
        Assert.Equal(string.Empty, ServerSideEncryptionMethod.None.Value);
        Assert.Equal("aws:kms:dsse", ServerSideEncryptionMethod.AWSKMSDSSE.ToString());
        Assert.True(ServerSideEncryptionMethod.AWSKMS != ServerSideEncryptionMethod.AES256);
        Assert.True(ServerSideEncryptionMethod.AWSKMS != null);
        ServerSideEncryptionMethod? absent = (string?)null;
        Assert.Null(absent);
    }

    [Fact]
    public void Defaults_of_requests()
    {
        var put = new PutObjectRequest();
        Assert.True(put.AutoCloseStream);
        Assert.True(put.AutoResetStreamPosition);
        Assert.Null(put.ServerSideEncryptionMethod);
        Assert.False(put.BucketKeyEnabled);
        Assert.Empty(put.TagSet);
        Assert.Equal(-1, put.Headers.ContentLength);
        var presign = new GetPreSignedUrlRequest();
        Assert.Equal((HttpVerb.GET, Protocol.HTTPS, default, false), (presign.Verb, presign.Protocol, presign.Expires, presign.IsSetExpires()));
        Assert.Equal(S3MetadataDirective.COPY, new CopyObjectRequest().MetadataDirective);
        var config = new AmazonS3Config();
        Assert.Equal((4, 102_400L, false), (config.MaxErrorRetry, config.ProgressUpdateInterval, config.ForcePathStyle));
    }

    [Fact]
    public void Headers_and_metadata()
    {
        var put = new PutObjectRequest { ContentType = "a/b" };
        Assert.Equal(("a/b", "a/b"), (put.Headers.ContentType, put.Headers["content-type"]));
        put.Metadata["A"] = "1";
        put.Metadata["x-amz-meta-b"] = "2";
        put.Metadata.Add("C", "3");
        Assert.Equal(["x-amz-meta-A", "x-amz-meta-b", "x-amz-meta-C"], put.Metadata.Keys);
        Assert.Equal(("1", "1", null), (put.Metadata["a"], put.Metadata["x-amz-meta-A"], put.Metadata["z"]));
        put.Metadata.Clear();
        Assert.Equal(0, put.Metadata.Count);
        Assert.Throws<ArgumentOutOfRangeException>("ContentLength", () => put.Headers.ContentLength = -5);
    }

    [Fact]
    public void Headers_keep_their_order_when_some_are_removed()
    {
        var headers = new PutObjectRequest().Headers;
        foreach (var i in Enumerable.Range(0, 20))
        {
            headers[$"x-{i}"] = $"{i}";
        }

        headers["X-3"] = null;
        headers["x-19"] = "last";
        headers["X-0"] = "first";
        headers["none"] = null;
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 3).Select(i => $"x-{i}"), headers.Keys);
        Assert.Equal((19, "first", "last", null), (headers.Count, headers["x-0"], headers["x-19"], headers["x-3"]));
        foreach (var name in headers.Keys)
        {
            headers[name] = null; // the names are a copy
        }

        Assert.Equal(0, headers.Count);
        Assert.Throws<ArgumentNullException>(() => headers[null!]);
    }

    [Fact]
    public void Ids_of_an_answer_are_where_the_aws_sdk_has_them()
    {
        var response = new AmazonWebServiceResponse();
        response.SetCommon("id", "id 2", 200);
        Assert.Equal(("id", "id 2"), (response.ResponseMetadata.RequestId, response.ResponseMetadata.Metadata["X-AMZ-ID-2"]));
        response.ResponseMetadata.Metadata["more"] = "x";
        Assert.Equal(2, response.ResponseMetadata.Metadata.Count);
        Assert.Empty(new AmazonWebServiceResponse().ResponseMetadata.Metadata);
    }

    [Fact]
    public void Ranges_expirations_and_regions()
    {
        Assert.Equal("bytes=5-10", new ByteRange(5, 10).FormattedByteRange);
        Assert.Equal("bytes=-3", new ByteRange("bytes=-3").FormattedByteRange);
        var expiration = Expiration.Parse("expiry-date=\"Fri, 23 Dec 2012 00:00:00 GMT\", rule-id=\"a%20b\"")!;
        Assert.Equal("a b", expiration.RuleId);
        Assert.Same(RegionEndpoint.EUCentral1, RegionEndpoint.GetBySystemName("eu-central-1"));
        Assert.Equal(("xx-foo-1", "Unknown"), (RegionEndpoint.GetBySystemName("xx-foo-1").SystemName, RegionEndpoint.GetBySystemName("xx-foo-1").DisplayName));
        Assert.Equal("amazonaws.com.cn", RegionEndpoint.CNNorth1.PartitionDnsSuffix);
        Assert.Equal("Europe (Frankfurt) (eu-central-1)", RegionEndpoint.EUCentral1.ToString());
        var config = new AmazonS3Config { RegionEndpoint = RegionEndpoint.EUCentral1 };
        Assert.Equal("https://s3.eu-central-1.amazonaws.com/", config.DetermineServiceURL());
        config.ServiceURL = "http://x:1";
        Assert.Null(config.RegionEndpoint);
        Assert.Equal("http://x:1/", config.DetermineServiceURL());
        Assert.Throws<AmazonClientException>(() => new AmazonS3Config().DetermineServiceURL());
    }

    [Fact]
    public void Progress_is_a_share_of_the_total()
    {
        Assert.Equal(50, new StreamTransferProgressArgs(1, 5, 10).PercentDone);
        Assert.Equal(99, new StreamTransferProgressArgs(1, 999, 1000).PercentDone);
        Assert.Equal(100, new StreamTransferProgressArgs(0, 0, 0).PercentDone);
        Assert.Equal(0, new StreamTransferProgressArgs(1, 5, -1).PercentDone);
    }

    [Fact]
    public void Signature_version_4_is_what_there_is()
    {
        AWSConfigs.S3Config.UseSignatureVersion4 = true;
        AWSConfigsS3.UseSignatureVersion4 = false;
        Assert.True(AWSConfigsS3.UseSignatureVersion4);
        Assert.True(AWSConfigs.S3Config.UseSignatureVersion4);
    }

    [Theory]
    [InlineData("x.json", "k", "application/json")]
    [InlineData("x", "k.html", "text/html")]
    [InlineData(null, "k.zzz", "application/octet-stream")]
    [InlineData(null, "k", "text/plain")]
    [InlineData(null, null, "text/plain")]
    public void Media_types_are_those_of_the_extension(string? file, string? key, string expected) => Assert.Equal(expected, MediaTypes.Of(file, key));

    [Fact]
    public void Credentials_refuse_what_is_incomplete_and_never_print_secrets()
    {
        Assert.Throws<ArgumentNullException>(() => new BasicAWSCredentials(null!, "x"));
        Assert.Throws<ArgumentException>(() => new BasicAWSCredentials("x", string.Empty));
        Assert.Throws<ArgumentException>(() => new SessionAWSCredentials("a", "b", string.Empty));
        Assert.DoesNotContain("secret", new ImmutableCredentials("id", "secret", "token").ToString(), StringComparison.Ordinal);
        Assert.Equal(new BasicAWSCredentials("a", "b"), new BasicAWSCredentials("a", "b"));
    }
}
