using S3Kms.Model;
using S3Kms.Runtime;

namespace S3Kms;

/// <summary>Amazon S3. Implemented by <see cref="AmazonS3Client"/>; for tests, implement it yourself.</summary>
public interface IAmazonS3 : IDisposable
{
    /// <summary>Settings that the client was built with.</summary>
    ClientConfig Config { get; }

    /// <summary>Stores one object.</summary>
    /// <param name="request">What to store.</param>
    /// <param name="cancellationToken">Ends the request; nothing is stored then.</param>
    /// <exception cref="ArgumentException">A property is not valid; the message names it. Nothing was sent.</exception>
    /// <exception cref="AmazonS3Exception">S3 or KMS refused.</exception>
    /// <exception cref="EncryptionMismatchException">S3 reports another encryption than was asked for.</exception>
    /// <exception cref="AmazonClientException">No answer was had.</exception>
    Task<PutObjectResponse> PutObjectAsync(PutObjectRequest request, CancellationToken cancellationToken = default);

    /// <summary>Copies an object of up to 5 GiB on the server side.</summary>
    /// <param name="request">What to copy, and how the copy is encrypted; unspecified: the default of the destination bucket.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ArgumentException">A property is not valid; the message names it. Nothing was sent.</exception>
    /// <exception cref="AmazonS3Exception">S3 or KMS refused.</exception>
    /// <exception cref="EncryptionMismatchException">S3 reports another encryption than was asked for.</exception>
    Task<CopyObjectResponse> CopyObjectAsync(CopyObjectRequest request, CancellationToken cancellationToken = default);

    /// <summary>Copies an object of up to 5 GiB on the server side.</summary>
    /// <param name="sourceBucket">Bucket of the source.</param>
    /// <param name="sourceKey">Key of the source.</param>
    /// <param name="destinationBucket">Bucket of the copy.</param>
    /// <param name="destinationKey">Key of the copy.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<CopyObjectResponse> CopyObjectAsync(
        string sourceBucket, string sourceKey, string destinationBucket, string destinationKey, CancellationToken cancellationToken = default);

    /// <summary>Copies a version of an object of up to 5 GiB on the server side.</summary>
    /// <param name="sourceBucket">Bucket of the source.</param>
    /// <param name="sourceKey">Key of the source.</param>
    /// <param name="sourceVersionId">Version of the source.</param>
    /// <param name="destinationBucket">Bucket of the copy.</param>
    /// <param name="destinationKey">Key of the copy.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<CopyObjectResponse> CopyObjectAsync(
        string sourceBucket, string sourceKey, string sourceVersionId, string destinationBucket, string destinationKey, CancellationToken cancellationToken = default);

    /// <summary>Reads an object. Dispose of the response: its stream holds a connection.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Ends the request, until the response is there.</param>
    /// <exception cref="ArgumentException">A property is not valid; the message names it. Nothing was sent.</exception>
    /// <exception cref="AmazonS3Exception">S3 or KMS refused.</exception>
    /// <exception cref="EncryptionMismatchException">The object is not encrypted as the request expects.</exception>
    Task<GetObjectResponse> GetObjectAsync(GetObjectRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads an object. Dispose of the response: its stream holds a connection.</summary>
    /// <param name="bucketName">Its bucket.</param>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Ends the request, until the response is there.</param>
    Task<GetObjectResponse> GetObjectAsync(string bucketName, string key, CancellationToken cancellationToken = default);

    /// <summary>Reads a version of an object. Dispose of the response: its stream holds a connection.</summary>
    /// <param name="bucketName">Its bucket.</param>
    /// <param name="key">Its key.</param>
    /// <param name="versionId">Its version.</param>
    /// <param name="cancellationToken">Ends the request, until the response is there.</param>
    Task<GetObjectResponse> GetObjectAsync(string bucketName, string key, string versionId, CancellationToken cancellationToken = default);

    /// <summary>Reads an object's metadata without its content.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ArgumentException">A property is not valid; the message names it. Nothing was sent.</exception>
    /// <exception cref="AmazonS3Exception">S3 refused.</exception>
    /// <exception cref="EncryptionMismatchException">The object is not encrypted as the request expects.</exception>
    Task<GetObjectMetadataResponse> GetObjectMetadataAsync(GetObjectMetadataRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads an object's metadata without its content.</summary>
    /// <param name="bucketName">Its bucket.</param>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<GetObjectMetadataResponse> GetObjectMetadataAsync(string bucketName, string key, CancellationToken cancellationToken = default);

    /// <summary>Reads the metadata of a version of an object.</summary>
    /// <param name="bucketName">Its bucket.</param>
    /// <param name="key">Its key.</param>
    /// <param name="versionId">Its version.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<GetObjectMetadataResponse> GetObjectMetadataAsync(string bucketName, string key, string versionId, CancellationToken cancellationToken = default);

    /// <summary>Deletes an object, or one version of it.</summary>
    /// <param name="request">What to delete.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ArgumentException">A property is not valid; the message names it. Nothing was sent.</exception>
    /// <exception cref="AmazonS3Exception">S3 refused.</exception>
    Task<DeleteObjectResponse> DeleteObjectAsync(DeleteObjectRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes an object.</summary>
    /// <param name="bucketName">Its bucket.</param>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<DeleteObjectResponse> DeleteObjectAsync(string bucketName, string key, CancellationToken cancellationToken = default);

    /// <summary>Deletes a version of an object.</summary>
    /// <param name="bucketName">Its bucket.</param>
    /// <param name="key">Its key.</param>
    /// <param name="versionId">Its version.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<DeleteObjectResponse> DeleteObjectAsync(string bucketName, string key, string versionId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Signs a URL with which somebody without credentials can run one request until it expires. Nothing is sent. For a PUT with SSE-KMS,
    /// <see cref="GetPreSignedRequest"/> also tells the headers that the uploader must send.
    /// </summary>
    /// <param name="request">What to permit.</param>
    /// <exception cref="ArgumentException">A property is not valid; the message names it.</exception>
    /// <exception cref="InvalidOperationException"><see cref="GetPreSignedUrlRequest.Expires"/> is not set.</exception>
    string GetPreSignedURL(GetPreSignedUrlRequest request);

    /// <summary>As <see cref="GetPreSignedURL"/>, where the credentials are had asynchronously.</summary>
    /// <param name="request">What to permit.</param>
    Task<string> GetPreSignedURLAsync(GetPreSignedUrlRequest request);

    /// <summary>As <see cref="GetPreSignedURL"/>, with the headers that whoever uses the URL must send.</summary>
    /// <param name="request">What to permit.</param>
    /// <exception cref="ArgumentException">A property is not valid; the message names it.</exception>
    /// <exception cref="InvalidOperationException"><see cref="GetPreSignedUrlRequest.Expires"/> is not set.</exception>
    PreSignedRequest GetPreSignedRequest(GetPreSignedUrlRequest request);

    /// <summary>As <see cref="GetPreSignedRequest"/>, where the credentials are had asynchronously.</summary>
    /// <param name="request">What to permit.</param>
    Task<PreSignedRequest> GetPreSignedRequestAsync(GetPreSignedUrlRequest request);

    /// <summary>
    /// Signs one URL for each of many keys, as <see cref="GetPreSignedURL"/> does, in one call that works out once what they have in
    /// common. All or none: where one key is refused, none is signed.
    /// </summary>
    /// <param name="template">What to permit; its key is not used.</param>
    /// <param name="keys">Keys of the objects.</param>
    /// <returns>The URLs, in the order of the keys.</returns>
    /// <exception cref="ArgumentException">A property or a key is not valid; the message names it.</exception>
    /// <exception cref="InvalidOperationException"><see cref="GetPreSignedUrlRequest.Expires"/> is not set.</exception>
    IReadOnlyList<string> GetPreSignedURLs(GetPreSignedUrlRequest template, IReadOnlyCollection<string> keys);

    /// <summary>As <see cref="GetPreSignedURLs"/>, with the headers that whoever uses one of the URLs must send.</summary>
    /// <param name="template">What to permit; its key is not used.</param>
    /// <param name="keys">Keys of the objects.</param>
    /// <exception cref="ArgumentException">A property or a key is not valid; the message names it.</exception>
    /// <exception cref="InvalidOperationException"><see cref="GetPreSignedUrlRequest.Expires"/> is not set.</exception>
    PreSignedBatch GetPreSignedBatch(GetPreSignedUrlRequest template, IReadOnlyCollection<string> keys);

    /// <summary>As <see cref="GetPreSignedBatch"/>, where the credentials are had asynchronously.</summary>
    /// <param name="template">What to permit; its key is not used.</param>
    /// <param name="keys">Keys of the objects.</param>
    Task<PreSignedBatch> GetPreSignedBatchAsync(GetPreSignedUrlRequest template, IReadOnlyCollection<string> keys);
}
