using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using S3Kms.Model;
using S3Kms.Runtime;
using S3Kms.Tests.Strict;

namespace S3Kms.Tests.RealServer;

/// <summary>
/// An S3 server that no one here wrote: tests/servers/README.md has the settings. Where it differs from S3, its list of expected
/// differences says so, and the difference is asserted.
/// </summary>
[Trait("Category", "RealServer")]
public sealed class RealServerTests
{
    private static readonly HashSet<string> Differences = [.. JsonDocument
        .Parse(File.ReadAllText(Setting("DIFFERENCES"))).RootElement.EnumerateArray().Select(row => row.GetProperty("case").GetString()!)];

    public static TheoryData<string> Endpoints() => ["ENDPOINT", "TLS_ENDPOINT"];

    private static string Bucket => Setting("BUCKET");

    private static string Setting(string name)
    {
        var value = Environment.GetEnvironmentVariable("S3KMS_REAL_" + name);
        Assert.False(string.IsNullOrEmpty(value), $"S3KMS_REAL_{name} is not set: run the tests with ./dev test ceph");
        return value!;
    }

    private static AmazonS3Client Client(string endpoint = "ENDPOINT") => new(Setting("ACCESS_KEY"), Setting("SECRET_KEY"), new AmazonS3Config
    {
        ServiceURL = Setting(endpoint),
        AuthenticationRegion = Setting("REGION"),
        ForcePathStyle = true,
        CaFile = endpoint == "TLS_ENDPOINT" ? Setting("CA") : null,
    });

    private static HttpClient Http() => new(new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
        {
            using var authority = X509Certificate2.CreateFromPem(File.ReadAllText(Setting("CA")));
            using var chain = new X509Chain();
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            return chain.Build(certificate!);
        },
    });

    /// <summary>Whether the server names this key: an ARN ends with the id that was asked for.</summary>
    private static void AssertKey(string asked, string? reported) => Assert.Equal(asked[(asked.LastIndexOf('/') + 1)..], reported?[(reported.LastIndexOf('/') + 1)..]);

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Put_get_head_delete_under_a_key(string endpoint)
    {
        using var client = Client(endpoint);
        using var folder = new TemporaryFolder();
        var content = Objects.Pattern(1_500_000);
        var requests = new[]
        {
            new PutObjectRequest { FilePath = folder.File("content", content) },
            new PutObjectRequest { InputStream = new MemoryStream(content) },
            new PutObjectRequest { InputStream = new PushedStream(content, 100_000) },
        };
        foreach (var request in requests)
        {
            request.BucketName = Bucket;
            request.Key = Objects.NewKey("ü b+c");
            request.ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS;
            request.ServerSideEncryptionKeyManagementServiceKeyId = Setting("KEY1");
            AssertKey(Setting("KEY1"), (await client.PutObjectAsync(request)).ServerSideEncryptionKeyManagementServiceKeyId);
            Assert.Equal(content, await client.BytesAsync(Bucket, request.Key));
            var metadata = await client.GetObjectMetadataAsync(new GetObjectMetadataRequest
            {
                BucketName = Bucket,
                Key = request.Key,
                ExpectedServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
                ExpectedServerSideEncryptionKeyManagementServiceKeyId = Setting("KEY1"),
            });
            Assert.Equal(content.Length, metadata.ContentLength);
            await Assert.ThrowsAsync<EncryptionMismatchException>(() => client.GetObjectMetadataAsync(new GetObjectMetadataRequest
            {
                BucketName = Bucket,
                Key = request.Key,
                ExpectedServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
                ExpectedServerSideEncryptionKeyManagementServiceKeyId = Setting("KEY2"),
            }));
            await client.DeleteObjectAsync(Bucket, request.Key);
            Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectAsync(Bucket, request.Key))).StatusCode);
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Presigned_put_and_get_by_a_plain_http_client(string endpoint)
    {
        using var client = Client(endpoint);
        using var http = Http();
        var key = Objects.NewKey();
        var signed = client.GetPreSignedRequest(new GetPreSignedUrlRequest
        {
            BucketName = Bucket,
            Key = key,
            Verb = HttpVerb.PUT,
            Expires = DateTime.UtcNow.AddMinutes(5),
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = Setting("KEY1"),
        });
        using var wrong = Put(signed, value => value == "aws:kms" ? "AES256" : value);
        using (var refused = await http.SendAsync(wrong))
        {
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        using var put = Put(signed, value => value);
        using (var stored = await http.SendAsync(put))
        {
            Assert.True(stored.IsSuccessStatusCode, await stored.Content.ReadAsStringAsync());
        }

        AssertKey(Setting("KEY1"), (await client.GetObjectMetadataAsync(Bucket, key)).ServerSideEncryptionKeyManagementServiceKeyId);
        Assert.Equal("by url", await http.GetStringAsync(client.GetPreSignedURL(
            new GetPreSignedUrlRequest { BucketName = Bucket, Key = key, Expires = DateTime.UtcNow.AddMinutes(5) })));
    }

    private static HttpRequestMessage Put(PreSignedRequest signed, Func<string, string> change)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, signed.Url) { Content = new ByteArrayContent("by url"u8.ToArray()) };
        foreach (var (name, value) in signed.SignedHeaders)
        {
            request.Headers.Add(name, change(value));
        }

        return request;
    }

    [Fact]
    public async Task A_private_ca_must_be_named()
    {
        using var client = new AmazonS3Client(Setting("ACCESS_KEY"), Setting("SECRET_KEY"), new AmazonS3Config { ServiceURL = Setting("TLS_ENDPOINT"), MaxErrorRetry = 0 });
        await Assert.ThrowsAsync<AmazonClientException>(() => client.GetObjectMetadataAsync(Bucket, "k"));
    }

    [Fact]
    public async Task Kms_without_a_key_id()
    {
        using var client = Client();
        var put = () => client.PutObjectAsync(Objects.Kms(Bucket, Objects.NewKey()));
        if (Differences.Contains("kms-without-key-id"))
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await Assert.ThrowsAsync<AmazonS3Exception>(put)).StatusCode);
        }
        else
        {
            Assert.NotNull((await put()).ServerSideEncryptionKeyManagementServiceKeyId);
        }
    }

    [Fact]
    public async Task An_unknown_key()
    {
        using var client = Client();
        var error = await Assert.ThrowsAsync<AmazonS3Exception>(() => client.PutObjectAsync(Objects.Kms(Bucket, Objects.NewKey(), Guid.NewGuid().ToString())));
        Assert.Equal(Differences.Contains("unknown-key") ? "InvalidAccessKeyId" : "KMS.NotFoundException", error.ErrorCode);
    }

    [Fact]
    public async Task Copy_from_plain_to_a_key()
    {
        using var client = Client();
        var key = Objects.NewKey();
        await client.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = "content" });
        var copy = () => client.CopyObjectAsync(new CopyObjectRequest
        {
            SourceBucket = Bucket,
            SourceKey = key,
            DestinationBucket = Bucket,
            DestinationKey = key + "-copy",
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = Setting("KEY1"),
        });
        if (Differences.Contains("copy-to-kms-stores-plaintext"))
        {
            await Assert.ThrowsAsync<EncryptionMismatchException>(copy);
        }
        else
        {
            AssertKey(Setting("KEY1"), (await copy()).ServerSideEncryptionKeyManagementServiceKeyId);
        }
    }

    [Fact]
    public async Task Copy_from_an_encrypted_source()
    {
        using var client = Client();
        var key = Objects.NewKey();
        await client.PutObjectAsync(Objects.Kms(Bucket, key, Setting("KEY1")));
        var copy = () => client.CopyObjectAsync(Bucket, key, Bucket, key + "-copy");
        if (Differences.Contains("copy-from-encrypted"))
        {
            Assert.Equal(HttpStatusCode.NotImplemented, (await Assert.ThrowsAsync<AmazonS3Exception>(copy)).StatusCode);
        }
        else
        {
            await copy();
            Assert.Equal("content", await client.TextAsync(Bucket, key + "-copy"));
        }
    }

    [Fact]
    public async Task Aes256()
    {
        using var client = Client();
        var put = () => client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Bucket, Key = Objects.NewKey(), ContentBody = "x", ServerSideEncryptionMethod = ServerSideEncryptionMethod.AES256,
        });
        if (Differences.Contains("sse-s3-stores-plaintext"))
        {
            await Assert.ThrowsAsync<EncryptionMismatchException>(put);
        }
        else
        {
            Assert.Equal(ServerSideEncryptionMethod.AES256, (await put()).ServerSideEncryptionMethod);
        }
    }

    [Fact]
    public async Task Wrong_credentials()
    {
        using var client = new AmazonS3Client(Setting("ACCESS_KEY"), "wrong", new AmazonS3Config { ServiceURL = Setting("ENDPOINT"), AuthenticationRegion = Setting("REGION") });
        Assert.Equal("SignatureDoesNotMatch", (await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectAsync(Bucket, "k"))).ErrorCode);
    }
}
