using System.Text;
using S3Kms.Model;

namespace S3Kms.Tests.Strict;

/// <summary>What the strict tests share.</summary>
internal static class Objects
{
    private static int _next;

    /// <summary>A key that no other test uses.</summary>
    public static string NewKey(string prefix = "o") => $"dotnet-{Environment.Version.Major}/{prefix}/{Interlocked.Increment(ref _next)}";

    public static async Task<byte[]> BytesAsync(this IAmazonS3 client, string bucket, string key)
    {
        using var response = await client.GetObjectAsync(bucket, key);
        using var memory = new MemoryStream();
        await response.ResponseStream.CopyToAsync(memory);
        return memory.ToArray();
    }

    public static async Task<string> TextAsync(this IAmazonS3 client, string bucket, string key) =>
        Encoding.UTF8.GetString(await client.BytesAsync(bucket, key));

    public static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    public static PutObjectRequest Kms(string bucket, string key, string? keyId = null) => new()
    {
        BucketName = bucket,
        Key = key,
        ContentBody = "content",
        ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
        ServerSideEncryptionKeyManagementServiceKeyId = keyId,
    };
}
