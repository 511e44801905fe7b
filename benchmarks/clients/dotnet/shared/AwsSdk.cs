using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Bench;

return await Harness.MainAsync(args, settings => new AwsSdk(settings));

/// <summary>AWSSDK.S3, both generations; with <c>-unsigned</c> in its name it does not sign the content.</summary>
internal sealed class AwsSdk : IClient
{
    private readonly AmazonS3Client _s3;
    private readonly bool? _unsigned;

    public AwsSdk(Settings settings)
    {
#if AWSSDK3
        // Version 2, the default for presigned URLs in 3.7, cannot do KMS.
        AWSConfigsS3.UseSignatureVersion4 = true;
#endif
        var config = new AmazonS3Config
        {
            ServiceURL = settings.Endpoint.ToString(),
            AuthenticationRegion = Settings.Region,
            ForcePathStyle = true,
            // The faster setting of the two, and what s3kms does.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.CaFile is not null)
        {
            config.HttpClientFactory = new PrivateCa(settings.CaFile);
        }

        _unsigned = settings.Client.EndsWith("-unsigned", StringComparison.Ordinal) ? true : null;
        _s3 = new AmazonS3Client(new BasicAWSCredentials(settings.AccessKey, settings.SecretKey), config);
    }

    public string Version => typeof(AmazonS3Client).Assembly.GetName() is var name && OfFile() is { } file ? file : name.Version!.ToString();

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

    private PutObjectRequest Put(string key)
    {
        var request = new PutObjectRequest
        {
            BucketName = Settings.Bucket,
            Key = key,
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = Settings.KmsKey,
        };
        if (_unsigned is { } unsigned)
        {
            request.DisablePayloadSigning = unsigned;
        }

        return request;
    }

    // The assembly's own version stays at 4.0.0.0; native code has no files.
    private static string? OfFile() => Attribute.GetCustomAttribute(
        typeof(AmazonS3Client).Assembly, typeof(System.Reflection.AssemblyFileVersionAttribute)) is System.Reflection.AssemblyFileVersionAttribute file
        ? file.Version : null;

    private sealed class PrivateCa(string caFile) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => Tls.HttpClient(caFile);
    }
}
