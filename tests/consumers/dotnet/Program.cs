// The demo in .NET: one line of JSON per step on stdout, ../README.md has the contract.
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using S3Kms;
using S3Kms.Model;
using S3Kms.Runtime;

var bucket = Setting("BUCKET")!;
var prefix = Setting("PREFIX")!;
var (key1, key2) = (Setting("KEY1"), Setting("KEY2"));
AWSCredentials credentials = Setting("SESSION_TOKEN") is { } token
    ? new SessionAWSCredentials(Setting("ACCESS_KEY")!, Setting("SECRET_KEY")!, token)
    : new BasicAWSCredentials(Setting("ACCESS_KEY")!, Setting("SECRET_KEY")!);
using var client = new AmazonS3Client(credentials, new AmazonS3Config
{
    ServiceURL = Setting("ENDPOINT"),
    AuthenticationRegion = Setting("REGION"),
    ForcePathStyle = true,
    CaFile = Setting("CA"),
});
using var http = PlainHttp();
var failed = false;

await Step("put-managed", true, async key =>
{
    var response = await Seed.PutManaged(client, bucket, key);
    Same("sample text", await Read(key));
    return (response.ServerSideEncryptionMethod, response.ServerSideEncryptionKeyManagementServiceKeyId);
});
await Step("put-customer-key", key1 is not null, async key =>
{
    var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    await File.WriteAllTextAsync(file, "content of a file");
    try
    {
        var response = await Seed.PutCustomerKey(client, bucket, key, file, key1!);
        Same("content of a file", await Read(key));
        return (response.ServerSideEncryptionMethod, response.ServerSideEncryptionKeyManagementServiceKeyId);
    }
    finally
    {
        File.Delete(file);
    }
});
await Step("copy-other-key", key1 is not null && key2 is not null, async key =>
{
    var response = await Seed.Copy(client, bucket, $"{prefix}/put-customer-key", key, key2!);
    Same("content of a file", await Read(key));
    return (response.ServerSideEncryptionMethod, response.ServerSideEncryptionKeyManagementServiceKeyId);
});
await Step("presigned-put", key1 is not null, async key =>
{
    var signed = Seed.PresignPut(client, bucket, key, key1!);
    using var request = new HttpRequestMessage(HttpMethod.Put, signed.Url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes("content by URL")) };
    foreach (var (name, value) in signed.SignedHeaders)
    {
        request.Headers.TryAddWithoutValidation(name, value);
    }

    using var answer = await http.SendAsync(request);
    if (!answer.IsSuccessStatusCode)
    {
        throw new InvalidOperationException($"the presigned PUT was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    Same("content by URL", await Read(key));
    return await Reported(key);
});
await Step("presigned-get", key1 is not null, async key =>
{
    await Seed.PutStream(client, bucket, key, new MemoryStream(Encoding.UTF8.GetBytes("content to share")), key1!);
    Same("content to share", await http.GetStringAsync(Seed.PresignGet(client, bucket, key)));
    return await Reported(key);
});
await Refused("unknown-key", Setting("UNKNOWN"));
await Refused("asymmetric-key", Setting("ASYMMETRIC"));
return failed ? 1 : 0;

static string? Setting(string name) => Environment.GetEnvironmentVariable("S3KMS_DEMO_" + name) is { Length: > 0 } value ? value : null;

static void Same(string expected, string actual)
{
    if (expected != actual)
    {
        throw new InvalidOperationException($"the content came back as '{actual}'");
    }
}

async Task<string> Read(string key)
{
    using var response = await client.GetObjectAsync(bucket, key);
    using var reader = new StreamReader(response.ResponseStream);
    return await reader.ReadToEndAsync();
}

async Task<(string?, string?)> Reported(string key)
{
    var metadata = await client.GetObjectMetadataAsync(bucket, key);
    return (metadata.ServerSideEncryptionMethod, metadata.ServerSideEncryptionKeyManagementServiceKeyId);
}

async Task Step(string step, bool wanted, Func<string, Task<(string? Algorithm, string? Key)>> run)
{
    if (!wanted)
    {
        return;
    }

    var key = $"{prefix}/{step}";
    try
    {
        var (algorithm, keyArn) = await run(key);
        Tell(step, true, algorithm, keyArn, key, "verified");
    }
    catch (Exception error)
    {
        failed = true;
        Tell(step, false, null, null, key, $"{error.GetType().Name}: {error.Message}");
    }
}

async Task Refused(string step, string? keyId)
{
    if (keyId is null)
    {
        return;
    }

    var key = $"{prefix}/{step}";
    try
    {
        await client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = bucket,
            Key = key,
            ContentBody = "never stored",
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = keyId,
        });
        failed = true;
        Tell(step, false, null, null, key, "the put was accepted");
    }
    catch (AmazonS3Exception error)
    {
        Tell(step, true, null, null, key, error.Message, error.ErrorCode);
    }
    catch (Exception error)
    {
        failed = true;
        Tell(step, false, null, null, key, $"{error.GetType().Name}: {error.Message}");
    }
}

static void Tell(string step, bool ok, string? algorithm, string? keyArn, string key, string note, string? code = null) =>
    Console.WriteLine(JsonSerializer.Serialize(new { step, ok, algorithm, keyArn, @object = key, note, code }));

// A plain HTTP client that knows nothing of S3; a private CA is trusted where there is one.
static HttpClient PlainHttp()
{
    if (Setting("CA") is not { } file)
    {
        return new HttpClient();
    }

    var authorities = new X509Certificate2Collection();
    authorities.ImportFromPemFile(file);
    return new HttpClient(new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            return certificate is not null && chain.Build(certificate);
        },
    });
}
