// Put under a KMS key, get, presign, a refusal: as native code. Arguments: endpoint, access key, secret key, bucket, KMS key.
using S3Kms;
using S3Kms.Model;

using var client = new AmazonS3Client(args[1], args[2], new AmazonS3Config { ServiceURL = args[0], ForcePathStyle = true });
var put = await client.PutObjectAsync(new PutObjectRequest
{
    BucketName = args[3],
    Key = "aot",
    ContentBody = "from native code",
    ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
    ServerSideEncryptionKeyManagementServiceKeyId = args[4],
});
using var response = await client.GetObjectAsync(args[3], "aot");
using var reader = new StreamReader(response.ResponseStream);
var url = client.GetPreSignedURL(new GetPreSignedUrlRequest { BucketName = args[3], Key = "aot", Expires = DateTime.UtcNow.AddMinutes(1) });
try
{
    await client.GetObjectAsync(args[3], "none");
}
catch (AmazonS3Exception error)
{
    Console.WriteLine($"{put.ServerSideEncryptionKeyManagementServiceKeyId}|{await reader.ReadToEndAsync()}|{url.StartsWith(args[0], StringComparison.Ordinal)}|{error.ErrorCode}");
}
