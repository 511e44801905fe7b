using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;
using S3Kms;
using S3Kms.Model;
using S3Kms.Runtime;

BenchmarkSwitcher.FromTypes([typeof(Presign), typeof(Put)]).Run(args);

internal static class Shared
{
    public const string KmsKey = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    public static AmazonS3Client Client(string url) => new(
        new BasicAWSCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        new AmazonS3Config { ServiceURL = url, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
}

/// <summary>Presigned URLs: nothing is sent.</summary>
[MemoryDiagnoser]
public class Presign
{
    private readonly AmazonS3Client _s3 = Shared.Client("http://127.0.0.1:1");

    [Benchmark]
    public string PutWithKms() => _s3.GetPreSignedURL(Request(HttpVerb.PUT));

    [Benchmark]
    public string Get() => _s3.GetPreSignedURL(new GetPreSignedUrlRequest
    {
        BucketName = "bench", Key = "folder/object-0001", Verb = HttpVerb.GET, Expires = DateTime.UtcNow.AddSeconds(900),
    });

    /// <summary>A thousand keys in one call; the figure is that of one key.</summary>
    [Benchmark(OperationsPerInvoke = 1000)]
    public IReadOnlyList<string> BatchPutWithKms() => _s3.GetPreSignedURLs(Request(HttpVerb.PUT), Keys);

    private static readonly string[] Keys = Enumerable.Range(0, 1000).Select(i => $"folder/object-{i:0000}").ToArray();

    private static GetPreSignedUrlRequest Request(HttpVerb verb) => new()
    {
        BucketName = "bench",
        Key = "folder/object-0001",
        Verb = verb,
        Expires = DateTime.UtcNow.AddSeconds(900),
        ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
        ServerSideEncryptionKeyManagementServiceKeyId = Shared.KmsKey,
    };
}

/// <summary>A PUT of 1 KiB to a server in this process that reads nothing but the length: its work is in the figure too.</summary>
[MemoryDiagnoser]
public class Put
{
    private readonly byte[] _body = new byte[1024];
    private AmazonS3Client _s3 = null!;
    private LoopbackServer _server = null!;

    [GlobalSetup]
    public void Start()
    {
        _server = new LoopbackServer();
        _s3 = Shared.Client(_server.Url);
    }

    [Benchmark]
    public Task<PutObjectResponse> Put1KiB() => _s3.PutObjectAsync(new PutObjectRequest
    {
        BucketName = "bench",
        Key = "folder/object-0001",
        InputStream = new MemoryStream(_body, writable: false),
        ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
        ServerSideEncryptionKeyManagementServiceKeyId = Shared.KmsKey,
    });

    [GlobalCleanup]
    public void Stop()
    {
        _s3.Dispose();
        _server.Dispose();
    }
}

/// <summary>Answers every request of a connection, on threads of its own and without allocating per request.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private static readonly byte[] Answer = System.Text.Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nx-amz-request-id: 0123456789ABCDEF\r\nx-amz-id-2: id2id2id2id2id2id2id2id2id2id2id2id2=\r\n"
        + "ETag: \"0123456789abcdef0123456789abcdef\"\r\nx-amz-server-side-encryption: aws:kms\r\n"
        + $"x-amz-server-side-encryption-aws-kms-key-id: {Shared.KmsKey}\r\nContent-Length: 0\r\n\r\n");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LoopbackServer()
    {
        _listener.Start();
        Url = $"http://{_listener.LocalEndpoint}";
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public string Url { get; }

    public void Dispose() => _listener.Stop();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.AcceptSocket();
                socket.NoDelay = true;
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // stopped
        }
    }

    private static void Serve(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        using (socket)
        {
            for (int read; (read = socket.Receive(buffer.AsSpan(filled))) > 0;)
            {
                filled += read;
                while (Whole(buffer.AsSpan(0, filled)) is > 0 and var size)
                {
                    buffer.AsSpan(size, filled - size).CopyTo(buffer);
                    filled -= size;
                    socket.Send(Answer);
                }
            }
        }
    }

    /// <summary>Bytes of the request at the beginning, or 0 while it is not all there.</summary>
    private static int Whole(ReadOnlySpan<byte> bytes)
    {
        var head = bytes.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return 0;
        }

        var at = bytes.IndexOf("content-length: "u8);
        var length = 0;
        for (var i = at + 16; at >= 0 && bytes[i] is >= (byte)'0' and <= (byte)'9'; i++)
        {
            length = length * 10 + bytes[i] - '0';
        }

        var size = head + 4 + length;
        return size <= bytes.Length ? size : 0;
    }
}
