package io.s3kms;

import io.s3kms.model.CopyObjectRequest;
import io.s3kms.model.CopyObjectResult;
import io.s3kms.model.DeleteObjectRequest;
import io.s3kms.model.DeleteObjectResult;
import io.s3kms.model.DeleteVersionRequest;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.GetObjectMetadataRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PresignedRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.PutObjectResult;
import io.s3kms.model.S3Object;
import io.s3kms.regions.Region;
import java.io.File;
import java.io.InputStream;
import java.net.URL;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Amazon S3. All methods may be called from any number of threads.
 *
 * <p>Every method may throw: {@link IllegalArgumentException} for arguments that are refused before anything is sent;
 * {@link io.s3kms.model.AmazonS3Exception} for an error of S3 or KMS; {@link io.s3kms.model.EncryptionMismatchException} where the
 * server reports another encryption than was asked for; {@link SdkClientException} where no answer was had;
 * {@link IllegalStateException} on a closed client. A method that returns a future throws nothing: the future ends with it.
 */
public interface AmazonS3 extends AutoCloseable {
    /**
     * Stores an object, and verifies that S3 encrypted it as asked.
     *
     * @param putObjectRequest the request
     * @return what S3 answered
     */
    PutObjectResult putObject(PutObjectRequest putObjectRequest);

    /**
     * Stores a file.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param file the file
     * @return what S3 answered
     */
    PutObjectResult putObject(String bucketName, String key, File file);

    /**
     * Stores what a stream gives.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param input the content
     * @param metadata what goes with it; may be null
     * @return what S3 answered
     */
    PutObjectResult putObject(String bucketName, String key, InputStream input, ObjectMetadata metadata);

    /**
     * Stores a text as UTF-8.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param content the text
     * @return what S3 answered
     */
    PutObjectResult putObject(String bucketName, String key, String content);

    /**
     * Stores an object. A stream is read on a thread of this library. Cancelling the future cancels the request.
     *
     * @param putObjectRequest the request
     * @return what S3 will have answered
     */
    CompletableFuture<PutObjectResult> putObjectAsync(PutObjectRequest putObjectRequest);

    /**
     * Copies an object of up to 5 GiB, and verifies that S3 encrypted the copy as asked.
     *
     * @param copyObjectRequest the request
     * @return what S3 answered; null where a constraint on the source's ETag or date was not met
     */
    CopyObjectResult copyObject(CopyObjectRequest copyObjectRequest);

    /**
     * Copies an object of up to 5 GiB. The copy is encrypted as the destination bucket says, not as the source.
     *
     * @param sourceBucketName bucket to copy from
     * @param sourceKey key to copy from
     * @param destinationBucketName bucket to copy to
     * @param destinationKey key to copy to
     * @return what S3 answered
     */
    CopyObjectResult copyObject(String sourceBucketName, String sourceKey, String destinationBucketName, String destinationKey);

    /**
     * Copies an object. Cancelling the future cancels the request.
     *
     * @param copyObjectRequest the request
     * @return what S3 will have answered; null where a constraint was not met
     */
    CompletableFuture<CopyObjectResult> copyObjectAsync(CopyObjectRequest copyObjectRequest);

    /**
     * Reads an object.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @return the object; close it
     */
    S3Object getObject(String bucketName, String key);

    /**
     * Reads an object, or a range of it.
     *
     * @param getObjectRequest the request
     * @return the object; close it. Null where a constraint on the ETag or date was not met
     */
    S3Object getObject(GetObjectRequest getObjectRequest);

    /**
     * Reads an object into a file, which appears when its content is complete.
     *
     * @param getObjectRequest the request
     * @param destinationFile the file; missing folders are made
     * @return the object's metadata; null where a constraint on the ETag or date was not met
     */
    ObjectMetadata getObject(GetObjectRequest getObjectRequest, File destinationFile);

    /**
     * Reads an object. Cancelling the future cancels the request.
     *
     * @param getObjectRequest the request
     * @return the object to come; close it. Null where a constraint was not met
     */
    CompletableFuture<S3Object> getObjectAsync(GetObjectRequest getObjectRequest);

    /**
     * Reads an object into a file. Cancelling the future cancels the request.
     *
     * @param getObjectRequest the request
     * @param destinationFile the file; missing folders are made
     * @return the object's metadata to come; null where a constraint was not met
     */
    CompletableFuture<ObjectMetadata> getObjectAsync(GetObjectRequest getObjectRequest, File destinationFile);

    /**
     * Reads an object as UTF-8.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @return its text
     */
    String getObjectAsString(String bucketName, String key);

    /**
     * Reads an object's metadata.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @return the metadata
     */
    ObjectMetadata getObjectMetadata(String bucketName, String key);

    /**
     * Reads an object's metadata.
     *
     * @param getObjectMetadataRequest the request
     * @return the metadata
     */
    ObjectMetadata getObjectMetadata(GetObjectMetadataRequest getObjectMetadataRequest);

    /**
     * Reads an object's metadata. Cancelling the future cancels the request.
     *
     * @param getObjectMetadataRequest the request
     * @return the metadata to come
     */
    CompletableFuture<ObjectMetadata> getObjectMetadataAsync(GetObjectMetadataRequest getObjectMetadataRequest);

    /**
     * Whether there is such an object.
     *
     * @param bucketName name of the bucket
     * @param objectName key of the object
     * @return true when there is
     */
    boolean doesObjectExist(String bucketName, String objectName);

    /**
     * Deletes an object, or adds a delete marker.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     */
    void deleteObject(String bucketName, String key);

    /**
     * Deletes an object, or adds a delete marker.
     *
     * @param deleteObjectRequest the request
     */
    void deleteObject(DeleteObjectRequest deleteObjectRequest);

    /**
     * Deletes an object, or adds a delete marker. Cancelling the future cancels the request.
     *
     * @param deleteObjectRequest the request
     * @return what S3 will have answered
     */
    CompletableFuture<DeleteObjectResult> deleteObjectAsync(DeleteObjectRequest deleteObjectRequest);

    /**
     * Deletes a version of an object for good.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param versionId version of the object
     */
    void deleteVersion(String bucketName, String key, String versionId);

    /**
     * Deletes a version of an object for good.
     *
     * @param deleteVersionRequest the request
     */
    void deleteVersion(DeleteVersionRequest deleteVersionRequest);

    /**
     * A URL to read an object with. Local: nothing is sent.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param expiration when it expires; null: in 15 minutes
     * @return the URL
     */
    URL generatePresignedUrl(String bucketName, String key, Date expiration);

    /**
     * A URL for a method. Local: nothing is sent.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param expiration when it expires; null: in 15 minutes
     * @param method GET, PUT, HEAD or DELETE
     * @return the URL
     */
    URL generatePresignedUrl(String bucketName, String key, Date expiration, HttpMethod method);

    /**
     * A presigned URL. Where headers are signed (SSE-KMS, content type, metadata), whoever uses it must send them: {@link #presign(GeneratePresignedUrlRequest)} says which.
     *
     * @param generatePresignedUrlRequest the request
     * @return the URL
     */
    URL generatePresignedUrl(GeneratePresignedUrlRequest generatePresignedUrlRequest);

    /**
     * A presigned URL with the headers that whoever uses it must send. Local: nothing is sent. Not in SDK 1.x.
     *
     * @param generatePresignedUrlRequest the request
     * @return URL, method, headers and expiry
     */
    PresignedRequest presign(GeneratePresignedUrlRequest generatePresignedUrlRequest);

    /**
     * Presigned URLs of one kind for many keys, at a fraction of what single ones cost. Where headers are signed, whoever uses the
     * URLs must send them: {@link #presign(GeneratePresignedUrlRequest, List)} says which. Local: nothing is sent. Not in SDK 1.x.
     *
     * @param template the request; its key is not used and may be null
     * @param keys keys of the objects
     * @return the URLs, in the order of the keys
     */
    List<URL> generatePresignedUrls(GeneratePresignedUrlRequest template, List<String> keys);

    /**
     * As {@link #generatePresignedUrls}, with the headers that whoever uses the URLs must send. Not in SDK 1.x.
     *
     * @param template the request; its key is not used and may be null
     * @param keys keys of the objects
     * @return the requests, in the order of the keys
     */
    List<PresignedRequest> presign(GeneratePresignedUrlRequest template, List<String> keys);

    /**
     * The URL of an object, not signed.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @return the URL
     */
    URL getUrl(String bucketName, String key);

    /**
     * The region of the client.
     *
     * @return its name; null where native code takes it from a profile
     */
    String getRegionName();

    /**
     * Points the client to another endpoint. Not while requests are in flight.
     *
     * @param endpoint its URL
     */
    void setEndpoint(String endpoint);

    /**
     * Points the client to another region. Not while requests are in flight.
     *
     * @param region the region
     */
    void setRegion(Region region);

    /**
     * Changes options of the client. Not while requests are in flight.
     *
     * @param clientOptions the options
     */
    void setS3ClientOptions(S3ClientOptions clientOptions);

    /**
     * Closes the client: requests in flight end with an {@link AbortedException}, and this returns after the last. Closing twice is harmless; using a closed client is an {@link IllegalStateException}.
     */
    void shutdown();

    /** The same as {@link #shutdown}. */
    @Override
    default void close() {
        shutdown();
    }
}
