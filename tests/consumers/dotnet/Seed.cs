// Rows N1, N2, N3, N6 and N7 of "Specifying AWS KMS in Amazon S3 using the AWS SDKs", as applications of the AWS SDK for
// .NET write them. Only the namespaces were renamed: Amazon.S3 → S3Kms, Amazon.Runtime → S3Kms.Runtime, Amazon → S3Kms.
using S3Kms;
using S3Kms.Model;

internal static class Seed
{
    /// <summary>N1: put under the AWS managed key.</summary>
    public static async Task<PutObjectResponse> PutManaged(IAmazonS3 client, string bucketName, string keyName)
    {
        PutObjectRequest putRequest = new PutObjectRequest
        {
            BucketName = bucketName,
            Key = keyName,
            ContentBody = "sample text",
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS
        };
        PutObjectResponse response = await client.PutObjectAsync(putRequest);
        return response;
    }

    /// <summary>N2 and N3: upload a file under a customer managed key.</summary>
    public static async Task<PutObjectResponse> PutCustomerKey(IAmazonS3 client, string bucketName, string keyName, string filePath, string keyId)
    {
        PutObjectRequest putRequest = new PutObjectRequest
        {
            BucketName = bucketName,
            Key = keyName,
            FilePath = filePath,
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = keyId
        };
        return await client.PutObjectAsync(putRequest);
    }

    /// <summary>N3: upload a stream with metadata.</summary>
    public static async Task<PutObjectResponse> PutStream(IAmazonS3 client, string bucketName, string keyName, Stream stream, string keyId)
    {
        PutObjectRequest putRequest = new PutObjectRequest
        {
            BucketName = bucketName,
            Key = keyName,
            InputStream = stream,
            ContentType = "text/plain",
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = keyId
        };
        putRequest.Metadata.Add("x-amz-meta-title", "someTitle");
        return await client.PutObjectAsync(putRequest);
    }

    /// <summary>N6: copy to another key.</summary>
    public static async Task<CopyObjectResponse> Copy(IAmazonS3 client, string bucketName, string keyName, string targetKeyName, string keyId)
    {
        CopyObjectRequest copyRequest = new CopyObjectRequest
        {
            SourceBucket = bucketName,
            SourceKey = keyName,
            DestinationBucket = bucketName,
            DestinationKey = targetKeyName,
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = keyId
        };
        CopyObjectResponse response = await client.CopyObjectAsync(copyRequest);
        return response;
    }

    /// <summary>N7: a presigned URL, Signature Version 4 asked for explicitly.</summary>
    public static string PresignGet(IAmazonS3 client, string bucketName, string keyName)
    {
        AWSConfigs.S3Config.UseSignatureVersion4 = true;
        AWSConfigsS3.UseSignatureVersion4 = true;
        return client.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = bucketName,
            Key = keyName,
            Expires = DateTime.Now.AddMinutes(5)
        });
    }

    /// <summary>N7, for an upload under a key; new here: the headers that the uploader must send come with the URL.</summary>
    public static PreSignedRequest PresignPut(IAmazonS3 client, string bucketName, string keyName, string keyId)
    {
        AWSConfigsS3.UseSignatureVersion4 = true;
        return client.GetPreSignedRequest(new GetPreSignedUrlRequest
        {
            BucketName = bucketName,
            Key = keyName,
            Verb = HttpVerb.PUT,
            Expires = DateTime.Now.AddMinutes(5),
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = keyId
        });
    }
}
