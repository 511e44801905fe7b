using S3Kms.Model;
using S3Kms.Tests.Servers;

namespace S3Kms.Tests.Strict;

/// <summary>What one call allocates on the managed heap: bounds that hold on every machine, unlike times.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests(StrictServer server)
{
    private const int Calls = 200;

    [Fact]
    public void A_presigned_put_under_a_kms_key_takes_less_than_2_kilobytes()
    {
        using var client = server.Client();
        var key = server.Key("first");
        void Sign() => client.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = server.Bucket,
            Key = "folder/object",
            Verb = HttpVerb.PUT,
            Expires = DateTime.UtcNow.AddMinutes(15),
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = key,
        });
        Sign();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
        {
            Sign();
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
        Assert.True(each < 2048, $"{each} bytes");
    }

    [Fact]
    public async Task Small_puts_and_gets_take_little()
    {
        using var client = server.Client();
        var key = Objects.NewKey();
        var kms = server.Key("first");
        var content = new byte[1024];
        var put = await EachAsync(() => client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = server.Bucket,
            Key = key,
            InputStream = new MemoryStream(content, writable: false),
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = kms,
        }));
        Assert.True(put < 2400, $"put: {put} bytes");
        var buffer = new byte[2048];
        var get = await EachAsync(async () =>
        {
            using var response = await client.GetObjectAsync(server.Bucket, key);
            Assert.Equal(1024, await response.ResponseStream.ReadAsync(buffer));
        });
        Assert.True(get < 3000, $"get: {get} bytes");
    }

    /// <summary>Bytes of one call on all threads; the least of some rounds, since others allocate too.</summary>
    private static async Task<long> EachAsync(Func<Task> call)
    {
        await call();
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetTotalAllocatedBytes(true);
            for (var i = 0; i < Calls; i++)
            {
                await call();
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(true) - before) / Calls);
        }

        return least;
    }
}
