using System.Net;
using System.Net.Sockets;
using S3Kms.Model;
using S3Kms.Runtime;
using S3Kms.Tests.Servers;

namespace S3Kms.Tests.Strict;

/// <summary>Bad input is an exception of the mirrored type whose message names the property; nothing crashes or hangs.</summary>
public sealed class BadInputTests(StrictServer server)
{
    private static readonly string HalfOfAPair = "a\ud800";

    public static TheoryData<string> Texts() => ["null", "empty", "half"];

    private static string? Bad(string kind) => kind switch
    {
        "null" => null,
        "empty" => string.Empty,
        _ => HalfOfAPair,
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Bucket_and_key_are_required_and_unicode(string kind)
    {
        using var client = server.Client();
        var bad = Bad(kind)!;
        var calls = new (string Property, Func<Task> Call)[]
        {
            ("BucketName", () => client.PutObjectAsync(new PutObjectRequest { BucketName = bad, Key = "k", ContentBody = "x" })),
            ("Key", () => client.PutObjectAsync(new PutObjectRequest { BucketName = "b", Key = bad, ContentBody = "x" })),
            ("BucketName", () => client.GetObjectAsync(bad, "k")),
            ("Key", () => client.GetObjectAsync("b", bad)),
            ("BucketName", () => client.GetObjectMetadataAsync(bad, "k")),
            ("Key", () => client.GetObjectMetadataAsync("b", bad)),
            ("BucketName", () => client.DeleteObjectAsync(bad, "k")),
            ("Key", () => client.DeleteObjectAsync("b", bad)),
            ("SourceBucket", () => client.CopyObjectAsync(bad, "k", "b", "k")),
            ("SourceKey", () => client.CopyObjectAsync("b", bad, "b", "k")),
            ("DestinationBucket", () => client.CopyObjectAsync("b", "k", bad, "k")),
            ("DestinationKey", () => client.CopyObjectAsync("b", "k", "b", bad)),
            ("BucketName", () => client.GetPreSignedURLAsync(new GetPreSignedUrlRequest { BucketName = bad, Key = "k", Expires = DateTime.UtcNow.AddHours(1) })),
            ("Key", () => client.GetPreSignedURLAsync(new GetPreSignedUrlRequest { BucketName = "b", Key = bad, Expires = DateTime.UtcNow.AddHours(1) })),
        };
        foreach (var (property, call) in calls)
        {
            var error = await Assert.ThrowsAnyAsync<ArgumentException>(call);
            Assert.Contains(property, error.Message, StringComparison.Ordinal);
            Assert.EndsWith(property, error.ParamName!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Requests_are_required()
    {
        using var client = server.Client();
        await Assert.ThrowsAsync<ArgumentNullException>("request", () => client.PutObjectAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("request", () => client.CopyObjectAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("request", () => client.GetObjectAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("request", () => client.GetObjectMetadataAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("request", () => client.DeleteObjectAsync(null!));
        Assert.Throws<ArgumentNullException>("clientConfig", () => new AmazonS3Client(server.Credentials, (AmazonS3Config)null!));
    }

    [Fact]
    public async Task Encryption_that_s3_would_refuse_is_refused_before_anything_is_sent()
    {
        using var client = server.Client();
        async Task Refused(string property, Action<PutObjectRequest> change)
        {
            var request = Objects.Kms(server.Bucket, Objects.NewKey(), server.Key("first"));
            change(request);
            var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PutObjectAsync(request));
            Assert.Contains(property, error.Message, StringComparison.Ordinal);
        }

        const string KeyId = "ServerSideEncryptionKeyManagementServiceKeyId";
        await Refused(KeyId, request => request.ServerSideEncryptionMethod = null);
        await Refused(KeyId, request => request.ServerSideEncryptionMethod = ServerSideEncryptionMethod.None);
        await Refused(KeyId, request => request.ServerSideEncryptionMethod = ServerSideEncryptionMethod.AES256);
        await Refused(KeyId, request => request.ServerSideEncryptionKeyManagementServiceKeyId = string.Empty);
        await Refused(KeyId, request => request.ServerSideEncryptionKeyManagementServiceKeyId = HalfOfAPair);
        await Refused("ServerSideEncryptionKeyManagementServiceEncryptionContext", request => request.ServerSideEncryptionKeyManagementServiceEncryptionContext = "no json");
        await Refused("ServerSideEncryptionMethod", request => request.ServerSideEncryptionMethod = "aws:foo");
        await Refused("ServerSideEncryptionMethod", request =>
        {
            request.ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256;
            request.ServerSideEncryptionCustomerProvidedKey = Convert.ToBase64String(new byte[32]);
        });
    }

    [Fact]
    public async Task Contents_are_checked()
    {
        using var client = server.Client();
        using var folder = new TemporaryFolder();
        PutObjectRequest Request() => new() { BucketName = server.Bucket, Key = Objects.NewKey() };

        var missing = Request();
        missing.FilePath = folder.Path("missing");
        var notFound = await Assert.ThrowsAsync<FileNotFoundException>(() => client.PutObjectAsync(missing));
        Assert.Contains("FilePath", notFound.Message, StringComparison.Ordinal);

        var directory = Request();
        directory.FilePath = Path.GetDirectoryName(folder.Path("x"));
        await Assert.ThrowsAsync<FileNotFoundException>(() => client.PutObjectAsync(directory));

        var two = Request();
        (two.FilePath, two.ContentBody) = (folder.File("a", [1]), "x");
        Assert.Contains("FilePath", (await Assert.ThrowsAsync<ArgumentException>(() => client.PutObjectAsync(two))).Message, StringComparison.Ordinal);

        var closed = Request();
        closed.InputStream = new MemoryStream();
        await closed.InputStream.DisposeAsync();
        Assert.Contains("InputStream", (await Assert.ThrowsAsync<ArgumentException>(() => client.PutObjectAsync(closed))).Message, StringComparison.Ordinal);

        var declared = Request();
        declared.InputStream = new MemoryStream([1, 2, 3]);
        declared.Headers.ContentLength = 5;
        Assert.Contains("ContentLength", (await Assert.ThrowsAsync<ArgumentException>(() => client.PutObjectAsync(declared))).Message, StringComparison.Ordinal);

        var text = Request();
        text.ContentBody = HalfOfAPair;
        Assert.Contains("ContentBody", (await Assert.ThrowsAsync<ArgumentException>(() => client.PutObjectAsync(text))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_of_another_length_than_declared_stores_nothing()
    {
        using var client = server.Client();
        foreach (var declared in new[] { 5, 20 })
        {
            var request = new PutObjectRequest { BucketName = server.Bucket, Key = Objects.NewKey(), InputStream = new PushedStream(new byte[10]) };
            request.Headers.ContentLength = declared;
            await Assert.ThrowsAsync<AmazonClientException>(() => client.PutObjectAsync(request));
            await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectMetadataAsync(server.Bucket, request.Key));
        }
    }

    [Fact]
    public async Task An_exception_of_the_stream_reaches_the_caller_and_nothing_is_stored()
    {
        using var client = server.Client();
        var stream = new PushedStream(new byte[10], failure: new InvalidDataException("broken source"));
        var request = new PutObjectRequest { BucketName = server.Bucket, Key = Objects.NewKey(), InputStream = stream };
        await Assert.ThrowsAsync<InvalidDataException>(() => client.PutObjectAsync(request));
        Assert.True(stream.Disposed);
        await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectMetadataAsync(server.Bucket, request.Key));
    }

    [Fact]
    public async Task Wrong_credentials_are_an_answer_of_s3()
    {
        using var client = new AmazonS3Client(server.AccessKey, "wrong", server.Config());
        var error = await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectAsync(server.Bucket, "k"));
        Assert.Equal((HttpStatusCode.Forbidden, "SignatureDoesNotMatch"), (error.StatusCode, error.ErrorCode));
    }

    [Fact]
    public async Task Refused_connection_tells_the_error_of_the_socket()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = new AmazonS3Client(server.Credentials, new AmazonS3Config { ServiceURL = $"http://127.0.0.1:{port}", MaxErrorRetry = 0 });
        var error = await Assert.ThrowsAsync<AmazonClientException>(() => client.GetObjectAsync("b", "k"));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task A_time_limit_that_runs_out_is_a_timeout()
    {
        var prefix = Objects.NewKey("slow");
        await server.FaultAsync("GET", prefix, new { delayMs = 60_000 });
        using var client = server.Client();
        var request = new GetObjectRequest { BucketName = server.Bucket, Key = prefix + "/k", RequestTimeout = TimeSpan.FromMilliseconds(50) };
        var error = await Assert.ThrowsAsync<AmazonClientException>(() => client.GetObjectAsync(request));
        Assert.IsType<TimeoutException>(error.InnerException);
    }

    [Fact]
    public void Settings_name_their_property()
    {
        ArgumentException Refused(Action<AmazonS3Config> change)
        {
            var config = server.Config();
            change(config);
            return Assert.ThrowsAny<ArgumentException>(() => new AmazonS3Client(server.Credentials, config));
        }

        Assert.Contains("ServiceURL", Refused(config => config.ServiceURL = "not a url").Message, StringComparison.Ordinal);
        Assert.Contains("CaFile", Refused(config => config.CaFile = "no/such/file.pem").Message, StringComparison.Ordinal);
        Assert.Contains("MaxErrorRetry", Refused(config => config.MaxErrorRetry = -1).Message, StringComparison.Ordinal);
        Assert.Contains("ConnectTimeout", Refused(config => config.ConnectTimeout = TimeSpan.FromSeconds(-5)).Message, StringComparison.Ordinal);
    }
}
