using S3Kms.Model;
using S3Kms.Tests.Servers;

namespace S3Kms.Tests.Strict;

/// <summary>A server that reports another encryption than was asked for does not get through.</summary>
public sealed class VerificationTests(StrictServer server)
{
    public static TheoryData<string> Lies() => ["algorithm", "key", "nothing"];

    private object Lie(string kind) => kind switch
    {
        "algorithm" => new { sseHeaders = new { drop = true, algorithm = "AES256" } },
        "key" => new { sseHeaders = new { keyId = server.Key("second") } },
        _ => new { sseHeaders = new { drop = true } },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Put_copy_get_and_head_fail_when_the_server_lies(string kind)
    {
        using var client = server.Client();
        var prefix = Objects.NewKey("lie-" + kind);
        var source = Objects.NewKey();
        await client.PutObjectAsync(Objects.Kms(server.Bucket, source, server.Key("first")));
        await server.FaultAsync("PUT", prefix, Lie(kind));
        var error = await Assert.ThrowsAsync<EncryptionMismatchException>(() => client.PutObjectAsync(Objects.Kms(server.Bucket, prefix + "/put", server.Key("first"))));
        Assert.NotNull(error.RequestId);
        await Assert.ThrowsAsync<EncryptionMismatchException>(() => client.CopyObjectAsync(new CopyObjectRequest
        {
            SourceBucket = server.Bucket,
            SourceKey = source,
            DestinationBucket = server.Bucket,
            DestinationKey = prefix + "/copy",
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = server.Key("first"),
        }));

        foreach (var method in new[] { "GET", "HEAD" })
        {
            await server.FaultAsync(method, prefix, Lie(kind));
        }

        await Assert.ThrowsAsync<EncryptionMismatchException>(() => client.GetObjectAsync(new GetObjectRequest
        {
            BucketName = server.Bucket,
            Key = prefix + "/put",
            ExpectedServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ExpectedServerSideEncryptionKeyManagementServiceKeyId = server.Key("first"),
        }));
        await Assert.ThrowsAsync<EncryptionMismatchException>(() => client.GetObjectMetadataAsync(new GetObjectMetadataRequest
        {
            BucketName = server.Bucket,
            Key = prefix + "/put",
            ExpectedServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ExpectedServerSideEncryptionKeyManagementServiceKeyId = server.Key("first"),
        }));
    }

    [Fact]
    public async Task Content_that_breaks_off_is_an_io_exception()
    {
        using var client = server.Client();
        using var folder = new TemporaryFolder();
        var prefix = Objects.NewKey("cut");
        var content = Objects.Pattern(3_000_000);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = server.Bucket, Key = prefix + "/k", InputStream = new MemoryStream(content) });
        await server.FaultAsync("GET", prefix, new { truncateBody = 2_000_000 });
        using var response = await client.GetObjectAsync(server.Bucket, prefix + "/k");
        await Assert.ThrowsAsync<IOException>(() => response.WriteResponseStreamToFileAsync(folder.Path("half"), false, default));
        Assert.False(File.Exists(folder.Path("half")));
    }
}
