using Bench;
using S3Kms;
using S3Kms.Model;
using S3Kms.Runtime;

return await Harness.MainAsync(args, settings => new S3KmsClient(settings));

/// <summary>s3kms, from its package.</summary>
internal sealed class S3KmsClient(Settings settings) : IClient
{
    private readonly AmazonS3Client _s3 = new(
        new BasicAWSCredentials(settings.AccessKey, settings.SecretKey),
        new AmazonS3Config
        {
            ServiceURL = settings.Endpoint.ToString(),
            AuthenticationRegion = Settings.Region,
            ForcePathStyle = true,
            CaFile = settings.CaFile,
        });

    public string Version => typeof(AmazonS3Client).Assembly.GetName().Version!.ToString(3);

    public void PresignPut(string key) => _ = _s3.GetPreSignedURL(new GetPreSignedUrlRequest
    {
        BucketName = Settings.Bucket,
        Key = key,
        Verb = HttpVerb.PUT,
        Expires = DateTime.UtcNow.AddSeconds(Settings.Expiry),
        ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
        ServerSideEncryptionKeyManagementServiceKeyId = Settings.KmsKey,
    });

    public void PresignGet(string key) => _ = _s3.GetPreSignedURL(new GetPreSignedUrlRequest
    {
        BucketName = Settings.Bucket,
        Key = key,
        Verb = HttpVerb.GET,
        Expires = DateTime.UtcNow.AddSeconds(Settings.Expiry),
    });

    public Task PutAsync(string key, byte[] body)
    {
        var request = Put(key);
        request.InputStream = new MemoryStream(body, writable: false);
        return _s3.PutObjectAsync(request);
    }

    public Task PutFileAsync(string key, string path)
    {
        var request = Put(key);
        request.FilePath = path;
        return _s3.PutObjectAsync(request);
    }

    public async Task<long> GetAsync(string key, byte[] buffer)
    {
        using var response = await _s3.GetObjectAsync(new GetObjectRequest { BucketName = Settings.Bucket, Key = key });
        return await Harness.DrainAsync(response.ResponseStream, buffer);
    }

    public void Dispose() => _s3.Dispose();

    private static PutObjectRequest Put(string key) => new()
    {
        BucketName = Settings.Bucket,
        Key = key,
        ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
        ServerSideEncryptionKeyManagementServiceKeyId = Settings.KmsKey,
    };
}
