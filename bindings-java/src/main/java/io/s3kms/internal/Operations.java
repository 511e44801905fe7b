package io.s3kms.internal;

import io.s3kms.SdkClientException;
import io.s3kms.auth.AWSCredentials;
import io.s3kms.auth.AWSSessionCredentials;
import io.s3kms.HttpMethod;
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
import io.s3kms.model.S3ObjectInputStream;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The operations of one client, blocking and not. Credentials that travel with a request are asked for by the caller; null where
 * the client has its own.
 */
public final class Operations {
    private final NativeClient client;
    private final Urls urls = new Urls();

    /**
     * Operations of a client.
     *
     * @param client the client
     */
    public Operations(NativeClient client) {
        this.client = client;
    }

    /** Closes the client: see {@link NativeClient#close}. */
    public void close() {
        client.close();
    }

    /**
     * Stores an object.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the result
     */
    public PutObjectResult put(PutObjectRequest request, AWSCredentials credentials) {
        return upload(request, credentials).run();
    }

    /**
     * Stores an object.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the result to come
     */
    public CompletableFuture<PutObjectResult> putAsync(PutObjectRequest request, AWSCredentials credentials) {
        return upload(request, credentials).start();
    }

    private Upload upload(PutObjectRequest request, AWSCredentials credentials) {
        PutObjectInput in = Marshaller.put(request);
        withCredentials(in, credentials);
        return new Upload(client, request, in);
    }

    /**
     * Copies an object.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the result
     */
    public CopyObjectResult copy(CopyObjectRequest request, AWSCredentials credentials) {
        return call(CopyObjectInput.OPERATION, Marshaller.copy(request), credentials, Content.NONE, copied());
    }

    /**
     * Copies an object.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the result to come
     */
    public CompletableFuture<CopyObjectResult> copyAsync(CopyObjectRequest request, AWSCredentials credentials) {
        return start(CopyObjectInput.OPERATION, Marshaller.copy(request), credentials, Content.NONE, copied());
    }

    /**
     * Reads an object.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the object
     */
    public S3Object get(GetObjectRequest request, AWSCredentials credentials) {
        GetObjectInput in = Marshaller.get(request);
        return call(GetObjectInput.OPERATION, in, credentials, Content.NONE, object(in));
    }

    /**
     * Reads an object.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the object to come
     */
    public CompletableFuture<S3Object> getAsync(GetObjectRequest request, AWSCredentials credentials) {
        GetObjectInput in = Marshaller.get(request);
        return start(GetObjectInput.OPERATION, in, credentials, Content.NONE, object(in));
    }

    private Function<Completion, S3Object> object(GetObjectInput in) {
        return how -> {
            S3Object object = Results.object(how.frame, in.bucket, in.key);
            object.setObjectContent(new S3ObjectInputStream(how.kind == Completion.STREAM
                    ? new DownloadStream(client, how.number) : new ByteArrayInputStream(how.content)));
            return object;
        };
    }

    /**
     * Reads an object into a file.
     *
     * @param request the request
     * @param file the file; it appears when its content is complete
     * @param credentials credentials for this request, or null
     * @return the object's metadata
     */
    public ObjectMetadata get(GetObjectRequest request, File file, AWSCredentials credentials) {
        return call(GetObjectInput.OPERATION, Marshaller.get(request), credentials, target(file), delivered());
    }

    /**
     * Reads an object into a file.
     *
     * @param request the request
     * @param file the file; it appears when its content is complete
     * @param credentials credentials for this request, or null
     * @return the object's metadata to come
     */
    public CompletableFuture<ObjectMetadata> getAsync(GetObjectRequest request, File file, AWSCredentials credentials) {
        return start(GetObjectInput.OPERATION, Marshaller.get(request), credentials, target(file), delivered());
    }

    private static Content target(File file) {
        Marshaller.notNull(file, "destinationFile");
        File folder = file.getAbsoluteFile().getParentFile();
        if (folder != null && !folder.isDirectory() && !folder.mkdirs() && !folder.isDirectory()) {
            throw new SdkClientException("Unable to create directory in the path: " + folder);
        }
        return Content.of(file);
    }

    /**
     * Reads an object's metadata.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the metadata
     */
    public ObjectMetadata head(GetObjectMetadataRequest request, AWSCredentials credentials) {
        return call(HeadObjectInput.OPERATION, Marshaller.head(request), credentials, Content.NONE, metadata());
    }

    /**
     * Reads an object's metadata.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the metadata to come
     */
    public CompletableFuture<ObjectMetadata> headAsync(GetObjectMetadataRequest request, AWSCredentials credentials) {
        return start(HeadObjectInput.OPERATION, Marshaller.head(request), credentials, Content.NONE, metadata());
    }

    /**
     * Deletes an object.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the result
     */
    public DeleteObjectResult delete(DeleteObjectRequest request, AWSCredentials credentials) {
        return call(DeleteObjectInput.OPERATION, Marshaller.delete(request), credentials, Content.NONE, deleted());
    }

    /**
     * Deletes an object.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the result to come
     */
    public CompletableFuture<DeleteObjectResult> deleteAsync(DeleteObjectRequest request, AWSCredentials credentials) {
        return start(DeleteObjectInput.OPERATION, Marshaller.delete(request), credentials, Content.NONE, deleted());
    }

    /**
     * Deletes a version.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the result
     */
    public DeleteObjectResult delete(DeleteVersionRequest request, AWSCredentials credentials) {
        return call(DeleteObjectInput.OPERATION, Marshaller.delete(request), credentials, Content.NONE, deleted());
    }

    /**
     * Signs a URL, on this thread.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the URL and what must be sent with it
     */
    public PresignedRequest presign(GeneratePresignedUrlRequest request, AWSCredentials credentials) {
        return client.presign(presignInput(request, credentials), false, answer -> {
            URL url = null;
            FrameReader again = answer.copy();
            while (url == null && again.next()) {
                url = urlOf(again, PresignOutput.URL);
            }
            return presigned(PresignOutput.read(answer), url);
        });
    }

    /**
     * As {@link #presign}, for those who know which headers must be sent: nothing but the URL is decoded.
     *
     * @param request the request
     * @param credentials credentials for this request, or null
     * @return the URL
     */
    public URL presignUrl(GeneratePresignedUrlRequest request, AWSCredentials credentials) {
        return client.presign(presignInput(request, credentials), true, answer -> {
            while (answer.next()) {
                URL url = urlOf(answer, PresignOutput.URL);
                if (url != null) {
                    return url;
                }
            }
            throw new SdkClientException("The presigned URL is missing");
        });
    }

    /**
     * Signs a URL for each key, on this thread.
     *
     * @param template the request; its key is not used
     * @param keys keys of the objects
     * @param credentials credentials for this request, or null
     * @return the URLs and what must be sent with them, in the order of the keys
     */
    public List<PresignedRequest> presign(GeneratePresignedUrlRequest template, List<String> keys, AWSCredentials credentials) {
        return presign(template, keys, credentials, Operations::presigned);
    }

    /**
     * Signs a URL for each key, on this thread: only the URLs.
     *
     * @param template the request; its key is not used
     * @param keys keys of the objects
     * @param credentials credentials for this request, or null
     * @return the URLs, in the order of the keys
     */
    public List<URL> presignUrls(GeneratePresignedUrlRequest template, List<String> keys, AWSCredentials credentials) {
        return presign(template, keys, credentials, (common, url) -> url);
    }

    private <T> List<T> presign(GeneratePresignedUrlRequest template, List<String> keys, AWSCredentials credentials,
            BiFunction<PresignOutput, URL, T> each) {
        Marshaller.notNull(keys, "keys");
        return client.presignBatch(presignInput(template, credentials), keys, answer -> {
            List<T> all = new ArrayList<>(keys.size());
            PresignOutput common = null;
            while (answer.next()) {
                if (answer.number() == Native.PRESIGNED) {
                    common = PresignOutput.read(answer.nested());
                    common.signedHeaders = Collections.unmodifiableMap(common.signedHeaders);
                } else {
                    all.add(each.apply(common, urlOf(answer, Native.URL)));
                }
            }
            return all;
        });
    }

    private static PresignInput presignInput(GeneratePresignedUrlRequest request, AWSCredentials credentials) {
        PresignInput in = Marshaller.presign(request);
        withCredentials(in, credentials);
        return in;
    }

    /** The field's value where it is the URL, else null. */
    private URL urlOf(FrameReader field, int number) {
        try {
            return field.number() == number ? urls.url(field.array(), field.start(), field.end()) : null;
        } catch (MalformedURLException e) {
            throw new SdkClientException("The presigned URL is malformed", e);
        }
    }

    private static PresignedRequest presigned(PresignOutput out, URL url) {
        return new PresignedRequest(url, HttpMethod.valueOf(out.method), out.signedHeaders, Values.date(out.expiresAt));
    }

    private static Function<Completion, CopyObjectResult> copied() {
        return how -> Results.copy(CopyObjectOutput.read(how.frame));
    }

    private static Function<Completion, ObjectMetadata> delivered() {
        return how -> Results.metadata(how.frame);
    }

    private static Function<Completion, ObjectMetadata> metadata() {
        return how -> Results.metadata(HeadObjectOutput.read(how.frame));
    }

    private static Function<Completion, DeleteObjectResult> deleted() {
        return how -> Results.delete(DeleteObjectOutput.read(how.frame));
    }

    private <T> T call(int operation, FlatInput in, AWSCredentials credentials, Content content, Function<Completion, T> decoder) {
        withCredentials(in, credentials);
        return client.call(operation, in, content, decoder);
    }

    private <T> CompletableFuture<T> start(int operation, FlatInput in, AWSCredentials credentials, Content content,
            Function<Completion, T> decoder) {
        withCredentials(in, credentials);
        return client.submit(operation, in, content, true, decoder).future();
    }

    private static void withCredentials(FlatInput in, AWSCredentials credentials) {
        if (credentials == null) {
            return;
        }
        if (credentials.getAWSAccessKeyId() == null || credentials.getAWSSecretKey() == null) {
            throw new SdkClientException("The credentials provider gave no access key. For unsigned requests build the client with"
                    + " new AWSStaticCredentialsProvider(new AnonymousAWSCredentials())");
        }
        String token = credentials instanceof AWSSessionCredentials ? ((AWSSessionCredentials) credentials).getSessionToken() : null;
        in.credentials(credentials.getAWSAccessKeyId().trim(), credentials.getAWSSecretKey().trim(),
                token == null ? null : token.trim());
    }
}
