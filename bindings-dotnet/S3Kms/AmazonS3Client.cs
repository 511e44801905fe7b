using S3Kms.Interop;
using S3Kms.Marshalling;
using S3Kms.Model;
using S3Kms.Runtime;

namespace S3Kms;

/// <summary>
/// Amazon S3. Threads may use one client at the same time, and one client for the whole process is best, because its connections
/// are then shared. Disposing it ends the requests in flight.
/// </summary>
/// <example>
/// <code>
/// using var s3 = new AmazonS3Client(RegionEndpoint.EUCentral1);
/// var response = await s3.PutObjectAsync(new PutObjectRequest
/// {
///     BucketName = "my-bucket",
///     Key = "order-1",
///     ContentBody = "content",
///     ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS,
///     ServerSideEncryptionKeyManagementServiceKeyId = "alias/orders",
/// });
/// Console.WriteLine(response.ServerSideEncryptionKeyManagementServiceKeyId);
/// </code>
/// </example>
public class AmazonS3Client : IAmazonS3
{
    private readonly NativeClient _native;
    private readonly AmazonS3Config _config;
    private readonly AWSCredentials? _credentials;

    /// <summary>Credentials and region from the environment: variables, profile, SSO, web identity, ECS, EC2.</summary>
    /// <exception cref="AmazonClientException">No region is configured.</exception>
    /// <exception cref="DllNotFoundException">The native library cannot be loaded; the message says what to do.</exception>
    public AmazonS3Client()
        : this((AWSCredentials?)null, new AmazonS3Config())
    {
    }

    /// <summary>Credentials from the environment.</summary>
    /// <param name="region">Region.</param>
    public AmazonS3Client(RegionEndpoint region)
        : this((AWSCredentials?)null, new AmazonS3Config { RegionEndpoint = region })
    {
    }

    /// <summary>Credentials from the environment.</summary>
    /// <param name="config">Settings.</param>
    public AmazonS3Client(AmazonS3Config config)
        : this((AWSCredentials?)null, config)
    {
    }

    /// <summary>Region from the environment.</summary>
    /// <param name="credentials">Credentials; asked at every request.</param>
    public AmazonS3Client(AWSCredentials credentials)
        : this(credentials, new AmazonS3Config())
    {
    }

    /// <summary>A client of a region.</summary>
    /// <param name="credentials">Credentials; asked at every request.</param>
    /// <param name="region">Region.</param>
    public AmazonS3Client(AWSCredentials credentials, RegionEndpoint region)
        : this(credentials, new AmazonS3Config { RegionEndpoint = region })
    {
    }

    /// <summary>A client with settings.</summary>
    /// <param name="credentials">Credentials; asked at every request. Null: from the environment.</param>
    /// <param name="clientConfig">Settings.</param>
    /// <exception cref="ArgumentException">A setting is not valid; the message names it.</exception>
    /// <exception cref="AmazonClientException">No region is configured.</exception>
    /// <exception cref="DllNotFoundException">The native library cannot be loaded; the message says what to do.</exception>
    public AmazonS3Client(AWSCredentials? credentials, AmazonS3Config clientConfig)
    {
        ArgumentNullException.ThrowIfNull(clientConfig);
        _config = clientConfig;
        _credentials = ClientSettingsFactory.PerRequest(credentials);
        _native = new NativeClient(ClientSettingsFactory.Create(clientConfig, credentials, _credentials));
    }

    /// <summary>Region from the environment.</summary>
    /// <param name="awsAccessKeyId">Access key id.</param>
    /// <param name="awsSecretAccessKey">Secret access key.</param>
    public AmazonS3Client(string awsAccessKeyId, string awsSecretAccessKey)
        : this(new BasicAWSCredentials(awsAccessKeyId, awsSecretAccessKey))
    {
    }

    /// <summary>A client of a region.</summary>
    /// <param name="awsAccessKeyId">Access key id.</param>
    /// <param name="awsSecretAccessKey">Secret access key.</param>
    /// <param name="region">Region.</param>
    public AmazonS3Client(string awsAccessKeyId, string awsSecretAccessKey, RegionEndpoint region)
        : this(new BasicAWSCredentials(awsAccessKeyId, awsSecretAccessKey), region)
    {
    }

    /// <summary>A client with settings.</summary>
    /// <param name="awsAccessKeyId">Access key id.</param>
    /// <param name="awsSecretAccessKey">Secret access key.</param>
    /// <param name="clientConfig">Settings.</param>
    public AmazonS3Client(string awsAccessKeyId, string awsSecretAccessKey, AmazonS3Config clientConfig)
        : this(new BasicAWSCredentials(awsAccessKeyId, awsSecretAccessKey), clientConfig)
    {
    }

    /// <summary>Region from the environment.</summary>
    /// <param name="awsAccessKeyId">Access key id.</param>
    /// <param name="awsSecretAccessKey">Secret access key.</param>
    /// <param name="awsSessionToken">Session token.</param>
    public AmazonS3Client(string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken)
        : this(new SessionAWSCredentials(awsAccessKeyId, awsSecretAccessKey, awsSessionToken))
    {
    }

    /// <summary>A client of a region.</summary>
    /// <param name="awsAccessKeyId">Access key id.</param>
    /// <param name="awsSecretAccessKey">Secret access key.</param>
    /// <param name="awsSessionToken">Session token.</param>
    /// <param name="region">Region.</param>
    public AmazonS3Client(string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken, RegionEndpoint region)
        : this(new SessionAWSCredentials(awsAccessKeyId, awsSecretAccessKey, awsSessionToken), region)
    {
    }

    /// <summary>A client with settings.</summary>
    /// <param name="awsAccessKeyId">Access key id.</param>
    /// <param name="awsSecretAccessKey">Secret access key.</param>
    /// <param name="awsSessionToken">Session token.</param>
    /// <param name="clientConfig">Settings.</param>
    public AmazonS3Client(string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken, AmazonS3Config clientConfig)
        : this(new SessionAWSCredentials(awsAccessKeyId, awsSecretAccessKey, awsSessionToken), clientConfig)
    {
    }

    /// <inheritdoc/>
    public ClientConfig Config => _config;

    /// <inheritdoc/>
    public virtual Task<PutObjectResponse> PutObjectAsync(PutObjectRequest request, CancellationToken cancellationToken = default)
    {
        // What needs nothing to be awaited before it is submitted returns the native call's own task.
        var closing = default(MemoryStream);
        try
        {
            ArgumentNullException.ThrowIfNull(request);
            cancellationToken.ThrowIfCancellationRequested();
            if (_credentials is not null || !PutContent.TryOpen(request, out var content, out closing))
            {
                return PutSlowlyAsync(request, cancellationToken);
            }

            return _native.Put(request, PutContext(new CallContext(null, TrimKeys), request), content, closing, cancellationToken).Task;
        }
#pragma warning disable CA1031 // whatever went wrong is told by the task
        catch (Exception error)
#pragma warning restore CA1031
        {
            return request is { AutoCloseStream: true, InputStream: { } stream } ? CloseAsync<PutObjectResponse>(stream, error) : Failed<PutObjectResponse>(error);
        }
    }

    private async Task<PutObjectResponse> PutSlowlyAsync(PutObjectRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var context = await ContextAsync(cancellationToken).ConfigureAwait(false);
            using var content = await PutContent.OpenAsync(request, cancellationToken).ConfigureAwait(false);
            var put = _native.Put(request, PutContext(context, request), content, null, cancellationToken);
            return content.Stream is null
                ? await put.Task.ConfigureAwait(false)
                : await new UploadPump(_native, put, request, content.Length, _config.ProgressUpdateInterval)
                    .RunAsync(content.Stream, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (request.AutoCloseStream && request.InputStream is { } stream)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static CallContext PutContext(CallContext context, PutObjectRequest request) =>
        context with { ContentType = request.ContentType ?? MediaTypes.Of(request.FilePath, request.Key) };

    /// <inheritdoc/>
    public virtual Task<CopyObjectResponse> CopyObjectAsync(CopyObjectRequest request, CancellationToken cancellationToken = default) =>
        Start(request, static (native, request, context, token) => native.Copy(request, context, token), cancellationToken);

    /// <inheritdoc/>
    public virtual Task<CopyObjectResponse> CopyObjectAsync(
        string sourceBucket, string sourceKey, string destinationBucket, string destinationKey, CancellationToken cancellationToken = default) =>
        CopyObjectAsync(
            new CopyObjectRequest { SourceBucket = sourceBucket, SourceKey = sourceKey, DestinationBucket = destinationBucket, DestinationKey = destinationKey },
            cancellationToken);

    /// <inheritdoc/>
    public virtual Task<CopyObjectResponse> CopyObjectAsync(
        string sourceBucket, string sourceKey, string sourceVersionId, string destinationBucket, string destinationKey, CancellationToken cancellationToken = default) =>
        CopyObjectAsync(
            new CopyObjectRequest
            {
                SourceBucket = sourceBucket,
                SourceKey = sourceKey,
                SourceVersionId = sourceVersionId,
                DestinationBucket = destinationBucket,
                DestinationKey = destinationKey,
            },
            cancellationToken);

    /// <inheritdoc/>
    public virtual Task<GetObjectResponse> GetObjectAsync(GetObjectRequest request, CancellationToken cancellationToken = default) =>
        Start(request, static (native, request, context, token) => native.Get(request, context, token), cancellationToken);

    /// <inheritdoc/>
    public virtual Task<GetObjectResponse> GetObjectAsync(string bucketName, string key, CancellationToken cancellationToken = default) =>
        GetObjectAsync(new GetObjectRequest { BucketName = bucketName, Key = key }, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<GetObjectResponse> GetObjectAsync(string bucketName, string key, string versionId, CancellationToken cancellationToken = default) =>
        GetObjectAsync(new GetObjectRequest { BucketName = bucketName, Key = key, VersionId = versionId }, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<GetObjectMetadataResponse> GetObjectMetadataAsync(GetObjectMetadataRequest request, CancellationToken cancellationToken = default) =>
        Start(request, static (native, request, context, token) => native.Head(request, context, token), cancellationToken);

    /// <inheritdoc/>
    public virtual Task<GetObjectMetadataResponse> GetObjectMetadataAsync(string bucketName, string key, CancellationToken cancellationToken = default) =>
        GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucketName, Key = key }, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<GetObjectMetadataResponse> GetObjectMetadataAsync(string bucketName, string key, string versionId, CancellationToken cancellationToken = default) =>
        GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucketName, Key = key, VersionId = versionId }, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<DeleteObjectResponse> DeleteObjectAsync(DeleteObjectRequest request, CancellationToken cancellationToken = default) =>
        Start(request, static (native, request, context, token) => native.Delete(request, context, token), cancellationToken);

    /// <inheritdoc/>
    public virtual Task<DeleteObjectResponse> DeleteObjectAsync(string bucketName, string key, CancellationToken cancellationToken = default) =>
        DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucketName, Key = key }, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<DeleteObjectResponse> DeleteObjectAsync(string bucketName, string key, string versionId, CancellationToken cancellationToken = default) =>
        DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucketName, Key = key, VersionId = versionId }, cancellationToken);

    /// <inheritdoc/>
    public virtual string GetPreSignedURL(GetPreSignedUrlRequest request)
    {
        Presigner.Check(request, _config);
        return Presigner.WithProtocol(_native.PresignUrl(request, ContextNow()), request);
    }

    /// <inheritdoc/>
    public virtual async Task<string> GetPreSignedURLAsync(GetPreSignedUrlRequest request) =>
        (await GetPreSignedRequestAsync(request).ConfigureAwait(false)).Url!;

    /// <inheritdoc/>
    public virtual PreSignedRequest GetPreSignedRequest(GetPreSignedUrlRequest request)
    {
        Presigner.Check(request, _config);
        return Presigner.Sign(_native, request, ContextNow());
    }

    /// <inheritdoc/>
    public virtual async Task<PreSignedRequest> GetPreSignedRequestAsync(GetPreSignedUrlRequest request)
    {
        Presigner.Check(request, _config);
        return Presigner.Sign(_native, request, await ContextAsync(CancellationToken.None).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> GetPreSignedURLs(GetPreSignedUrlRequest template, IReadOnlyCollection<string> keys) =>
        GetPreSignedBatch(template, keys).Urls;

    /// <inheritdoc/>
    public virtual PreSignedBatch GetPreSignedBatch(GetPreSignedUrlRequest template, IReadOnlyCollection<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Presigner.Check(template, _config);
        return Presigner.Sign(_native, template, keys, ContextNow());
    }

    /// <inheritdoc/>
    public virtual async Task<PreSignedBatch> GetPreSignedBatchAsync(GetPreSignedUrlRequest template, IReadOnlyCollection<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Presigner.Check(template, _config);
        return Presigner.Sign(_native, template, keys, await ContextAsync(CancellationToken.None).ConfigureAwait(false));
    }

    /// <summary>Ends the requests in flight, which end with an <see cref="OperationCanceledException"/>, and closes all connections.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the requests in flight and closes all connections.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _native.Dispose();
        }
    }

    private bool TrimKeys => !_config.DisableTrimmingLeadingSlash;

    private CallContext ContextNow() => new(_credentials?.GetCredentials(), TrimKeys);

    private async ValueTask<CallContext> ContextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_credentials is null)
        {
            return new CallContext(null, TrimKeys);
        }

        var credentials = await _credentials.GetCredentialsAsync().ConfigureAwait(false)
            ?? throw new AmazonClientException($"{_credentials.GetType().Name} gave no credentials.");
        return new CallContext(credentials, TrimKeys);
    }

    /// <summary>Starts a call. Where nothing need be awaited before, the task is the native call's own.</summary>
    private Task<TResponse> Start<TRequest, TResponse>(
        TRequest request, Func<NativeClient, TRequest, CallContext, CancellationToken, Task<TResponse>> call, CancellationToken cancellationToken)
    {
        try
        {
            ArgumentNullException.ThrowIfNull(request);
            cancellationToken.ThrowIfCancellationRequested();
            return _credentials is null
                ? call(_native, request, new CallContext(null, TrimKeys), cancellationToken)
                : WithCredentialsAsync(request, call, cancellationToken);
        }
#pragma warning disable CA1031 // whatever went wrong is told by the task
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Failed<TResponse>(error);
        }
    }

    // Not a local function: what that captures would be allocated by every call, needed or not.
    private async Task<TResponse> WithCredentialsAsync<TRequest, TResponse>(
        TRequest request, Func<NativeClient, TRequest, CallContext, CancellationToken, Task<TResponse>> call, CancellationToken cancellationToken) =>
        await call(_native, request, await ContextAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private static Task<T> Failed<T>(Exception error) => error is OperationCanceledException cancelled && cancelled.CancellationToken.IsCancellationRequested
        ? Task.FromCanceled<T>(cancelled.CancellationToken)
        : Task.FromException<T>(error);

    private static async Task<T> CloseAsync<T>(Stream stream, Exception error)
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        return await Failed<T>(error).ConfigureAwait(false);
    }
}
