using System.Buffers;
using S3Kms.Interop;
using S3Kms.Model;
using S3Kms.Runtime;

namespace S3Kms;

/// <summary>Pushes a stream into an upload, as fast as the network takes it, and counts the progress.</summary>
internal sealed class UploadPump(NativeClient client, PendingCall<PutObjectResponse> put, PutObjectRequest request, long? total, long interval)
{
    /// <summary>Bytes of a chunk: the buffer here, and a few such chunks in the native library, are all the memory of an upload.</summary>
    private const int ChunkSize = 256 * 1024;

    private long _sent;
    private long _reported;

    /// <summary>Pushes everything and awaits the answer. An exception of the stream cancels the upload: nothing is stored.</summary>
    public async Task<PutObjectResponse> RunAsync(Stream source, CancellationToken cancellationToken)
    {
        try
        {
            await PushAsync(source, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            client.Cancel(put.Id);
            // The content is not touched any more once the upload has ended.
            await ((Task)put.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        var response = await put.Task.ConfigureAwait(false);
        Report(_sent, total ?? _sent);
        return response;
    }

    private async Task PushAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        var idle = true;
        try
        {
            while (!put.Task.IsCompleted)
            {
                var reading = source.ReadAsync(buffer.AsMemory(0, ChunkSize), cancellationToken);
                int read;
                if (reading.IsCompleted)
                {
                    read = await reading.ConfigureAwait(false);
                }
                else
                {
                    // An upload that has failed ends the call, also where the stream never gives another byte.
                    var pending = reading.AsTask();
                    idle = false;
                    await Task.WhenAny(pending, put.Task).ConfigureAwait(false);
                    if (!pending.IsCompleted)
                    {
                        _ = pending.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                        return;
                    }

                    read = await pending.ConfigureAwait(false);
                    idle = true;
                }

                if (!await SendAsync(buffer.AsMemory(0, read)).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        finally
        {
            // A read that still runs writes to the buffer: then it is nobody else's.
            if (idle)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Sends a chunk; an empty one is the end. False: there is no more to do, and the upload's own outcome says why.</summary>
    private async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> chunk)
    {
        try
        {
            if (chunk.IsEmpty)
            {
                client.Finish(put.Id);
                return false;
            }

            await client.Write(put.Id, chunk.Span).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ObjectDisposedException or OperationCanceledException or AmazonClientException)
        {
            return false;
        }

        _sent += chunk.Length;
        // The last report is kept back until S3 has stored the object.
        if (_sent - _reported >= interval && _sent != total)
        {
            Report(_sent, total ?? -1);
        }

        return true;
    }

    private void Report(long sent, long all)
    {
        request.StreamTransferProgress?.Invoke(request, new StreamTransferProgressArgs(sent - _reported, sent, all));
        _reported = sent;
    }
}
