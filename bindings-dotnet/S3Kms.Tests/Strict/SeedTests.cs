using System.Net;
using S3Kms.Model;
using S3Kms.Runtime;
using S3Kms.Tests.Servers;

namespace S3Kms.Tests.Strict;

/// <summary>Rows N1, N2, N3, N6, N7 and K1 of "Specifying AWS KMS in Amazon S3", as applications write them, after the renames.</summary>
public sealed class SeedTests(StrictServer server)
{
    [Fact]
    public async Task N1_put_under_the_aws_managed_key()
    {
        using var client = server.Client();
        var putRequest = new PutObjectRequest
        {
            BucketName = server.Bucket,
            Key = Objects.NewKey(),
            ContentBody = "sample text",
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
        };
        var response = await client.PutObjectAsync(putRequest);
        Assert.Equal(HttpStatusCode.OK, response.HttpStatusCode);
        Assert.Equal(ServerSideEncryptionMethod.AWSKMS, response.ServerSideEncryptionMethod);
        Assert.Equal(server.Key("managed"), response.ServerSideEncryptionKeyManagementServiceKeyId);
        Assert.NotNull(response.ETag);
        Assert.NotNull(response.ResponseMetadata.RequestId);
    }

    [Fact]
    public async Task N2_put_under_a_customer_key_in_every_form_of_its_name()
    {
        using var client = server.Client();
        var arn = server.Key("first");
        foreach (var keyId in new[] { arn, arn[(arn.LastIndexOf('/') + 1)..], server.Alias, arn[..(arn.IndexOf(":key/", StringComparison.Ordinal) + 1)] + server.Alias })
        {
            var putRequest = new PutObjectRequest
            {
                BucketName = server.Bucket,
                Key = Objects.NewKey(),
                ContentBody = "sample text",
                ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
                ServerSideEncryptionKeyManagementServiceKeyId = keyId,
            };
            Assert.Equal(arn, (await client.PutObjectAsync(putRequest)).ServerSideEncryptionKeyManagementServiceKeyId);
            var metadata = await client.GetObjectMetadataAsync(server.Bucket, putRequest.Key);
            Assert.Equal((ServerSideEncryptionMethod.AWSKMS, arn), (metadata.ServerSideEncryptionMethod, metadata.ServerSideEncryptionKeyManagementServiceKeyId));
            Assert.Equal("sample text", await client.TextAsync(server.Bucket, putRequest.Key));
        }
    }

    [Fact]
    public async Task N3_upload_from_a_file_a_stream_and_a_string()
    {
        using var client = server.Client();
        using var folder = new TemporaryFolder();
        var content = Objects.Pattern(300_000);
        var text = new string('x', 1000) + "ü";
        var requests = new Dictionary<PutObjectRequest, byte[]>
        {
            [new() { FilePath = folder.File("a.bin", content) }] = content,
            [new() { InputStream = new MemoryStream(content) }] = content,
            [new() { InputStream = new PushedStream(content, 7001) }] = content,
            [new() { ContentBody = text }] = System.Text.Encoding.UTF8.GetBytes(text),
        };
        foreach (var (request, expected) in requests)
        {
            request.BucketName = server.Bucket;
            request.Key = Objects.NewKey();
            request.ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS;
            request.ServerSideEncryptionKeyManagementServiceKeyId = server.Key("first");
            request.Metadata.Add("purpose", "seed");
            var response = await client.PutObjectAsync(request);
            Assert.Equal(server.Key("first"), response.ServerSideEncryptionKeyManagementServiceKeyId);
            Assert.Equal(expected, await client.BytesAsync(server.Bucket, request.Key));
            Assert.Equal("seed", (await client.GetObjectMetadataAsync(server.Bucket, request.Key)).Metadata["purpose"]);
        }
    }

    [Fact]
    public async Task N6_copy_to_another_key()
    {
        using var client = server.Client();
        var source = Objects.NewKey();
        await client.PutObjectAsync(Objects.Kms(server.Bucket, source, server.Key("first")));
        var copyRequest = new CopyObjectRequest
        {
            SourceBucket = server.Bucket,
            SourceKey = source,
            DestinationBucket = server.Bucket,
            DestinationKey = source + "-copy",
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = server.Key("second"),
        };
        var response = await client.CopyObjectAsync(copyRequest);
        Assert.Equal(server.Key("second"), response.ServerSideEncryptionKeyManagementServiceKeyId);
        Assert.Equal("content", await client.TextAsync(server.Bucket, copyRequest.DestinationKey));
        var plain = await client.CopyObjectAsync(server.Bucket, source, server.Bucket, source + "-plain");
        Assert.NotEqual(ServerSideEncryptionMethod.AWSKMS, plain.ServerSideEncryptionMethod);
    }

    [Fact]
    public async Task N7_presigned_put_and_get_with_signature_version_4()
    {
        AWSConfigs.S3Config.UseSignatureVersion4 = true;
        AWSConfigsS3.UseSignatureVersion4 = true;
        using var client = server.Client();
        var key = Objects.NewKey();
        var request = new GetPreSignedUrlRequest
        {
            BucketName = server.Bucket,
            Key = key,
            Verb = HttpVerb.PUT,
            Expires = DateTime.Now.AddMinutes(5),
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = server.Key("first"),
        };
        var url = client.GetPreSignedURL(request);
        Assert.StartsWith(server.Endpoint, url, StringComparison.Ordinal);
        using var http = new HttpClient();
        using var put = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent("by url"u8.ToArray()) };
        put.Headers.Add("x-amz-server-side-encryption", "aws:kms");
        put.Headers.Add("x-amz-server-side-encryption-aws-kms-key-id", server.Key("first"));
        using var answer = await http.SendAsync(put);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.Equal(server.Key("first"), (await client.GetObjectMetadataAsync(server.Bucket, key)).ServerSideEncryptionKeyManagementServiceKeyId);
        var get = await client.GetPreSignedURLAsync(new GetPreSignedUrlRequest { BucketName = server.Bucket, Key = key, Expires = DateTime.UtcNow.AddMinutes(5) });
        Assert.Equal("by url", await http.GetStringAsync(get));
    }

    [Fact]
    public async Task K1_only_symmetric_keys_that_work_are_taken()
    {
        using var client = server.Client();
        foreach (var (key, code) in new[]
        {
            ("asymmetric", "KMS.InvalidKeyUsageException"), ("disabled", "KMS.DisabledException"),
            ("pendingDeletion", "KMS.KMSInvalidStateException"), ("otherRegion", "KMS.NotFoundException"),
        })
        {
            var error = await Assert.ThrowsAsync<AmazonS3Exception>(() => client.PutObjectAsync(Objects.Kms(server.Bucket, Objects.NewKey(), server.Key(key))));
            Assert.Equal((code, HttpStatusCode.BadRequest, ErrorType.Sender), (error.ErrorCode, error.StatusCode, error.ErrorType));
            Assert.NotNull(error.RequestId);
            if (key == "asymmetric")
            {
                Assert.Contains("symmetric", error.Message, StringComparison.OrdinalIgnoreCase);
            }
        }
    }
}
