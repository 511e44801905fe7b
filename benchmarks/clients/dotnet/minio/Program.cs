using Bench;
using Minio;
using Minio.DataModel.Args;
using Minio.DataModel.Encryption;

return await Harness.MainAsync(args, settings => new MinioPeer(settings));

/// <summary>The MinIO client.</summary>
internal sealed class MinioPeer : IClient
{
    private readonly IMinioClient _minio;
    private readonly SSEKMS _encryption = new(Settings.KmsKey);

    public MinioPeer(Settings settings)
    {
        var builder = new MinioClient()
            .WithEndpoint(settings.Endpoint.Host, settings.Endpoint.Port)
            .WithCredentials(settings.AccessKey, settings.SecretKey)
            .WithRegion(Settings.Region)
            .WithSSL(settings.Tls);
        if (settings.CaFile is not null)
        {
            builder = builder.WithHttpClient(Tls.HttpClient(settings.CaFile));
        }

        _minio = builder.Build();
    }

    public string Version => "7.0.0";

    // It has no way to say SSE here but headers, which it puts into the query.
    public void PresignPut(string key) => _ = _minio.PresignedPutObjectAsync(
        new PresignedPutObjectArgs().WithBucket(Settings.Bucket).WithObject(key).WithExpiry(Settings.Expiry).WithHeaders(new Dictionary<string, string>
        {
            ["x-amz-server-side-encryption"] = "aws:kms",
            ["x-amz-server-side-encryption-aws-kms-key-id"] = Settings.KmsKey,
        })).GetAwaiter().GetResult();

    public void PresignGet(string key) => _ = _minio.PresignedGetObjectAsync(
        new PresignedGetObjectArgs().WithBucket(Settings.Bucket).WithObject(key).WithExpiry(Settings.Expiry)).GetAwaiter().GetResult();

    public async Task PutAsync(string key, byte[] body)
    {
        using var stream = new MemoryStream(body, writable: false);
        await _minio.PutObjectAsync(new PutObjectArgs().WithBucket(Settings.Bucket).WithObject(key)
            .WithStreamData(stream).WithObjectSize(body.Length).WithServerSideEncryption(_encryption));
    }

    public async Task PutFileAsync(string key, string path) => await _minio.PutObjectAsync(
        new PutObjectArgs().WithBucket(Settings.Bucket).WithObject(key).WithFileName(path).WithServerSideEncryption(_encryption));

    public async Task<long> GetAsync(string key, byte[] buffer)
    {
        long length = 0;
        await _minio.GetObjectAsync(new GetObjectArgs().WithBucket(Settings.Bucket).WithObject(key)
            .WithCallbackStream(async (stream, _) => length = await Harness.DrainAsync(stream, buffer)));
        return length;
    }

    public void Dispose() => _minio.Dispose();
}
