using S3Kms.Model;
using S3Kms.Runtime;
using S3Kms.Tests.Servers;

namespace S3Kms.Tests.Strict;

/// <summary>Content in and out.</summary>
public sealed class StreamTests(StrictServer server)
{
    private const int Large = 3_000_001;

    public static TheoryData<int, string> Contents()
    {
        var data = new TheoryData<int, string>();
        foreach (var size in new[] { 0, 1, 65_536, Large })
        {
            foreach (var form in new[] { "file", "memory", "hidden memory", "file stream", "pushed", "pushed with length" })
            {
                data.Add(size, form);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Content_comes_back_as_it_was_and_progress_ends_at_100_percent(int size, string form)
    {
        using var client = server.Client();
        using var folder = new TemporaryFolder();
        var content = Objects.Pattern(size);
        foreach (var counted in new[] { false, true })
        {
            var request = Objects.Kms(server.Bucket, Objects.NewKey(), server.Key("first"));
            request.ContentBody = null;
            Give(request, form, content, folder);
            var reports = new List<StreamTransferProgressArgs>();
            if (counted)
            {
                request.StreamTransferProgress += (_, report) => reports.Add(report);
            }

            await client.PutObjectAsync(request);
            Assert.Equal(content, await client.BytesAsync(server.Bucket, request.Key!));
            Assert.True(request.InputStream is null || !request.InputStream.CanRead);
            if (counted)
            {
                Assert.Equal(size, reports.Sum(report => report.IncrementTransferred));
                Assert.Equal((size, size, 100), (reports[^1].TransferredBytes, reports[^1].TotalBytes, reports[^1].PercentDone));
                Assert.All(reports[..^1], report => Assert.True(report.PercentDone < 100));
            }
        }
    }

    private static void Give(PutObjectRequest request, string form, byte[] content, TemporaryFolder folder)
    {
        switch (form)
        {
            case "file":
                request.FilePath = folder.File("content", content);
                break;
            case "memory":
                var memory = new MemoryStream();
                memory.Write(content);
                request.InputStream = memory;
                break;
            case "hidden memory":
                request.InputStream = new MemoryStream(content, writable: false);
                break;
            case "file stream":
                request.InputStream = File.OpenRead(folder.File("content", content));
                break;
            default:
                request.InputStream = new PushedStream(content, 100_000);
                request.Headers.ContentLength = form == "pushed" ? -1 : content.Length;
                break;
        }
    }

    [Fact]
    public async Task Stream_is_reset_and_closed_only_where_asked()
    {
        using var client = server.Client();
        using var stream = new MemoryStream();
        stream.Write("0123456789"u8);
        stream.Position = 4;
        var request = new PutObjectRequest { BucketName = server.Bucket, Key = Objects.NewKey(), InputStream = stream, AutoCloseStream = false };
        await client.PutObjectAsync(request);
        Assert.Equal("0123456789", await client.TextAsync(server.Bucket, request.Key));
        stream.Position = 4;
        request.AutoResetStreamPosition = false;
        await client.PutObjectAsync(request);
        Assert.Equal("456789", await client.TextAsync(server.Bucket, request.Key));
        Assert.Equal(10, stream.Position);
    }

    [Fact]
    public async Task Response_is_read_in_any_way_and_written_to_files()
    {
        using var client = server.Client();
        using var folder = new TemporaryFolder();
        var key = Objects.NewKey();
        var content = Objects.Pattern(Large);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = server.Bucket, Key = key, InputStream = new MemoryStream(content) });

        using (var response = await client.GetObjectAsync(server.Bucket, key))
        {
            Assert.Equal((Large, Large), (response.ContentLength, response.Headers.ContentLength));
            using var memory = new MemoryStream();
            var buffer = new byte[777];
            for (int read; (read = response.ResponseStream.Read(buffer, 0, buffer.Length)) > 0;)
            {
                memory.Write(buffer, 0, read);
            }

            Assert.Equal(content, memory.ToArray());
            Assert.Equal(0, await response.ResponseStream.ReadAsync(buffer));
        }

        var path = folder.Path("sub/file");
        var reports = new List<WriteObjectProgressArgs>();
        using (var response = await client.GetObjectAsync(server.Bucket, key))
        {
            response.WriteObjectProgressEvent += (_, report) => reports.Add(report);
            await response.WriteResponseStreamToFileAsync(path, append: false, default);
        }

        Assert.Equal(content, await File.ReadAllBytesAsync(path));
        Assert.True(reports[^1].IsCompleted);
        Assert.Equal(100, reports[^1].PercentDone);
        using (var response = await client.GetObjectAsync(server.Bucket, key))
        {
            await response.WriteResponseStreamToFileAsync(path, append: true, default);
        }

        Assert.Equal(2L * Large, new FileInfo(path).Length);
    }

    [Fact]
    public async Task Small_content_is_a_stream_like_any_other()
    {
        using var client = server.Client();
        var key = Objects.NewKey();
        await client.PutObjectAsync(new PutObjectRequest { BucketName = server.Bucket, Key = key, ContentBody = "0123456789" });
        var response = await client.GetObjectAsync(server.Bucket, key);
        var stream = response.ResponseStream;
        Assert.Equal((10, 0, true, false), (stream.Length, stream.Position, stream.CanRead, stream.CanWrite));
        var buffer = new byte[4];
        Assert.Equal(4, await stream.ReadAsync(buffer));
        Assert.Equal("0123"u8, buffer);
        Assert.Equal(8, stream.Seek(-2, SeekOrigin.End));
        Assert.Equal(2, stream.Read(buffer, 1, 3));
        Assert.Equal("0893"u8, buffer);
        Assert.Equal(0, stream.Read(buffer, 0, 4));
        Assert.Throws<IOException>(() => stream.Seek(-1, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.Write(buffer));
        response.Dispose();
        response.Dispose();
        Assert.False(stream.CanRead);
        Assert.Throws<ObjectDisposedException>(() => stream.Read(buffer, 0, 1));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.ReadExactlyAsync(buffer));
        Assert.Throws<ObjectDisposedException>(() => stream.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task A_slice_of_memory_is_sent_as_it_is(int offset)
    {
        using var client = server.Client();
        var content = Objects.Pattern(100);
        var request = new PutObjectRequest
        {
            BucketName = server.Bucket,
            Key = Objects.NewKey(),
            InputStream = new MemoryStream(content, offset, 50, writable: false),
            AutoCloseStream = false,
        };
        await client.PutObjectAsync(request);
        Assert.Equal(50, request.InputStream.Position);
        Assert.Equal(content[offset..(offset + 50)], await client.BytesAsync(server.Bucket, request.Key));
        request.AutoCloseStream = true;
        await client.PutObjectAsync(request);
        Assert.False(request.InputStream.CanRead);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => client.PutObjectAsync(request));
        Assert.Contains("InputStream", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(5_000)]
    public async Task A_cancelled_read_loses_nothing(int size)
    {
        using var client = server.Client();
        var key = Objects.NewKey();
        var content = Objects.Pattern(Large);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = server.Bucket, Key = key, InputStream = new MemoryStream(content) });
        using var response = await client.GetObjectAsync(server.Bucket, key);
        using var memory = new MemoryStream();
        var buffer = new byte[size];
        var cancelled = 0;
        while (true)
        {
            using var source = new CancellationTokenSource();
            var reading = response.ResponseStream.ReadAsync(buffer, source.Token).AsTask();
            await source.CancelAsync();
            try
            {
                var read = await reading;
                if (read == 0)
                {
                    break;
                }

                memory.Write(buffer, 0, read);
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
        }

        Assert.Equal(content, memory.ToArray());
        Assert.True(cancelled > 0 || content.Length == memory.Length);
    }

    [Fact]
    public async Task Disposing_of_a_response_while_it_is_read_harms_no_other()
    {
        // The chunks come from a pool: one that a native thread still wrote to would show in somebody else's content.
        using var client = server.Client();
        var key = Objects.NewKey();
        var content = Objects.Pattern(Large);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = server.Bucket, Key = key, InputStream = new MemoryStream(content) });
        var whole = Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(content, await client.BytesAsync(server.Bucket, key));
            }
        });
        while (!whole.IsCompleted)
        {
            var response = await client.GetObjectAsync(server.Bucket, key);
            var reading = response.ResponseStream.ReadAsync(new byte[1]).AsTask();
            response.Dispose();
            try
            {
                Assert.Equal(1, await reading);
            }
            catch (ObjectDisposedException)
            {
            }

            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await response.ResponseStream.ReadExactlyAsync(new byte[1]));
        }

        await whole;
    }

    [Fact]
    public async Task Unread_responses_can_be_disposed_of()
    {
        using var client = server.Client();
        var key = Objects.NewKey();
        await client.PutObjectAsync(new PutObjectRequest { BucketName = server.Bucket, Key = key, InputStream = new MemoryStream(new byte[Large]) });
        for (var i = 0; i < 100; i++)
        {
            // More than there are connections: each must come free.
            using var response = await client.GetObjectAsync(server.Bucket, key);
            response.ResponseStream.ReadByte();
        }
    }

    [Fact]
    public async Task Ranges_conditions_tags_and_customer_keys()
    {
        using var client = server.Client();
        var key = Objects.NewKey();
        var customerKey = Convert.ToBase64String(Objects.Pattern(32));
        await client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = server.Bucket,
            Key = key,
            ContentBody = "0123456789",
            ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256,
            ServerSideEncryptionCustomerProvidedKey = customerKey,
            TagSet = [new Tag { Key = "a b", Value = "c&d" }],
            StorageClass = S3StorageClass.StandardInfrequentAccess,
        });
        var get = new GetObjectRequest
        {
            BucketName = server.Bucket,
            Key = key,
            ByteRange = new ByteRange(2, 4),
            ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256,
            ServerSideEncryptionCustomerProvidedKey = customerKey,
        };
        using (var response = await client.GetObjectAsync(get))
        using (var reader = new StreamReader(response.ResponseStream))
        {
            Assert.Equal("234", await reader.ReadToEndAsync());
            Assert.Equal("bytes 2-4/10", response.ContentRange);
        }

        get.ServerSideEncryptionCustomerProvidedKey = Convert.ToBase64String(new byte[32]);
        await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectAsync(get));
        get.ServerSideEncryptionCustomerProvidedKey = customerKey;
        get.EtagToMatch = "\"other\"";
        Assert.Equal(System.Net.HttpStatusCode.PreconditionFailed, (await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectAsync(get))).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await client.DeleteObjectAsync(server.Bucket, key)).HttpStatusCode);
        Assert.Equal("NoSuchKey", (await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectAsync(server.Bucket, key))).ErrorCode);
    }

    [Fact]
    public async Task One_leading_slash_of_a_key_is_dropped_unless_it_is_kept()
    {
        using var client = server.Client();
        var key = Objects.NewKey();
        await client.PutObjectAsync(new PutObjectRequest { BucketName = server.Bucket, Key = "/" + key, ContentBody = "x" });
        Assert.Equal("x", await client.TextAsync(server.Bucket, key));
        var config = server.Config();
        config.DisableTrimmingLeadingSlash = true;
        using var exact = new AmazonS3Client(server.Credentials, config);
        await Assert.ThrowsAsync<AmazonS3Exception>(() => exact.GetObjectMetadataAsync(server.Bucket, "/" + key));
    }
}
