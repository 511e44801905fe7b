// The snippets of README.md and docs/dotnet.md, compiled as a stranger would.
using S3Kms;
using S3Kms.Model;

internal static class Guide
{
    public static async Task Put(string bucketName, string keyName, string path, string keyId)
    {
        using var s3 = new AmazonS3Client(RegionEndpoint.EUCentral1);
        var putRequest = new PutObjectRequest
        {
            BucketName = bucketName,
            Key = keyName,
            FilePath = path,
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = keyId,
        };
        PutObjectResponse stored = await s3.PutObjectAsync(putRequest);
        Console.WriteLine($"encrypted under {stored.ServerSideEncryptionKeyManagementServiceKeyId}");
    }

    public static async Task Get(IAmazonS3 s3, string bucketName, string keyName, string keyId)
    {
        var getRequest = new GetObjectRequest
        {
            BucketName = bucketName,
            Key = keyName,
            ExpectedServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ExpectedServerSideEncryptionKeyManagementServiceKeyId = keyId,
        };
        using GetObjectResponse response = await s3.GetObjectAsync(getRequest);
        using var reader = new StreamReader(response.ResponseStream);
        Console.WriteLine(await reader.ReadToEndAsync());
    }

    public static void Batch(IAmazonS3 s3, string bucketName, string[] keyNames, string keyId)
    {
        var template = new GetPreSignedUrlRequest
        {
            BucketName = bucketName,
            Verb = HttpVerb.PUT,
            Expires = DateTime.UtcNow.AddMinutes(15),
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = keyId,
        };
        PreSignedBatch batch = s3.GetPreSignedBatch(template, keyNames);
        foreach (string url in batch.Urls)
        {
            Console.WriteLine($"{batch.Method} {url} with {batch.SignedHeaders.Count} headers");
        }
    }
}
