using S3Kms.Model;
using S3Kms.Runtime;
using S3Kms.Tests.Servers;

namespace S3Kms.Tests.Strict;

/// <summary>Cancellation, disposal, many calls at a time.</summary>
public sealed class LifecycleTests(StrictServer server)
{
    private async Task<string> SlowAsync(string method)
    {
        var prefix = Objects.NewKey("slow");
        await server.FaultAsync(method, prefix, new { delayMs = 30_000 });
        return prefix + "/k";
    }

    [Fact]
    public async Task A_token_ends_a_call_in_flight_with_that_token()
    {
        using var client = server.Client();
        var get = await SlowAsync("GET");
        var put = await SlowAsync("PUT");
        using var source = new CancellationTokenSource();
        var calls = new Task[]
        {
            client.GetObjectAsync(server.Bucket, get, source.Token),
            client.PutObjectAsync(Objects.Kms(server.Bucket, put), source.Token),
            client.PutObjectAsync(new PutObjectRequest { BucketName = server.Bucket, Key = put, InputStream = new PushedStream(new byte[10]) }, source.Token),
        };
        await source.CancelAsync();
        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            Assert.Equal(source.Token, error.CancellationToken);
            Assert.True(call.IsCanceled);
        }
    }

    [Fact]
    public async Task A_token_that_was_used_up_sends_nothing()
    {
        using var client = server.Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetObjectAsync("no-such-bucket", "k", new CancellationToken(true)));
    }

    [Fact]
    public async Task Disposing_ends_the_calls_in_flight()
    {
        var client = server.Client();
        var key = await SlowAsync("GET");
        var calls = Enumerable.Range(0, 20).Select(_ => client.GetObjectAsync(server.Bucket, key)).ToList();
        client.Dispose();
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }
    }

    [Fact]
    public async Task Use_after_dispose_is_refused()
    {
        var client = server.Client();
        var key = Objects.NewKey();
        await client.PutObjectAsync(new PutObjectRequest { BucketName = server.Bucket, Key = key, InputStream = new MemoryStream(new byte[2_000_000]) });
        var response = await client.GetObjectAsync(server.Bucket, key);
        client.Dispose();
        client.Dispose();
        var request = new GetPreSignedUrlRequest { BucketName = "b", Key = "k", Expires = DateTime.UtcNow.AddHours(1) };
        Assert.Throws<ObjectDisposedException>(() => client.GetPreSignedURL(request));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetObjectAsync("b", "k"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.PutObjectAsync(Objects.Kms("b", "k")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.CopyObjectAsync("a", "b", "c", "d"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.DeleteObjectAsync("a", "b"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetObjectMetadataAsync("a", "b"));
        await Assert.ThrowsAnyAsync<Exception>(async () => await response.ResponseStream.CopyToAsync(Stream.Null));
        response.Dispose();
    }

    [Fact]
    public async Task Disposing_while_others_submit_crashes_nothing()
    {
        for (var round = 0; round < 20; round++)
        {
            var client = server.Client();
            var calls = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            {
                while (true)
                {
                    try
                    {
                        await client.GetObjectMetadataAsync(server.Bucket, "none");
                    }
                    catch (AmazonS3Exception)
                    {
                    }
                }
            })).ToList();
            await Task.Yield();
            client.Dispose();
            foreach (var call in calls)
            {
                var error = await Assert.ThrowsAnyAsync<Exception>(() => call);
                Assert.True(error is ObjectDisposedException or OperationCanceledException, error.ToString());
            }
        }
    }

    [Fact]
    public async Task A_thousand_calls_at_a_time()
    {
        using var client = server.Client();
        var prefix = Objects.NewKey("many");
        var puts = Enumerable.Range(0, 1000).Select(i => client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = server.Bucket,
            Key = $"{prefix}/{i}",
            ContentBody = $"content {i}",
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = server.Key(i % 2 == 0 ? "first" : "second"),
        })).ToList();
        for (var i = 0; i < puts.Count; i++)
        {
            Assert.Equal(server.Key(i % 2 == 0 ? "first" : "second"), (await puts[i]).ServerSideEncryptionKeyManagementServiceKeyId);
        }

        var texts = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => client.TextAsync(server.Bucket, $"{prefix}/{i}")));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"content {i}"), texts);
    }

    [Fact]
    public async Task Clients_that_are_forgotten_are_collected()
    {
        for (var i = 0; i < 5; i++)
        {
            await Forget();
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();

        async Task Forget()
        {
            var client = server.Client();
            await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectMetadataAsync(server.Bucket, "none"));
        }
    }

    [Fact]
    public async Task Credentials_are_asked_at_every_request()
    {
        var credentials = new Changing();
        using var client = new AmazonS3Client(credentials, server.Config());
        credentials.Now = new ImmutableCredentials(server.AccessKey, "wrong", null);
        await Assert.ThrowsAsync<AmazonS3Exception>(() => client.PutObjectAsync(Objects.Kms(server.Bucket, Objects.NewKey())));
        credentials.Now = server.Credentials.GetCredentials();
        await client.PutObjectAsync(Objects.Kms(server.Bucket, Objects.NewKey()));
        credentials.Now = null;
        await Assert.ThrowsAsync<AmazonClientException>(() => client.PutObjectAsync(Objects.Kms(server.Bucket, Objects.NewKey())));
    }

    private sealed class Changing : AWSCredentials
    {
        public ImmutableCredentials? Now { get; set; }

        public override ImmutableCredentials GetCredentials() => Now!;
    }
}
