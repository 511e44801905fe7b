using System.Buffers;
using System.Runtime.InteropServices;
using S3Kms.Interop.Raw;
using S3Kms.Runtime;

namespace S3Kms.Interop;

/// <summary>
/// A native call between its submission and its completion. From the submission on it keeps itself, the client's handle and the
/// content alive; the completion, of which there is exactly one, lets them go.
/// </summary>
internal interface IPendingCall
{
    /// <summary>Copies the outcome and tells whoever awaits it. Must not throw.</summary>
    void End(in S3kmsCompletion.Unmanaged completion);
}

/// <summary>The completions of native calls.</summary>
internal static class PendingCalls
{
    /// <summary>The call of a tag has ended. Called by the native library, on one of its threads; never throws.</summary>
    public static void Complete(ulong tag, in S3kmsCompletion.Unmanaged completion)
    {
        var handle = GCHandle.FromIntPtr((IntPtr)tag);
        var call = (IPendingCall)handle.Target!;
        handle.Free();
        call.End(completion);
    }
}

/// <summary>A native call with a result: the task that the caller awaits, and all that the call holds, in one object.</summary>
/// <typeparam name="T">Its result.</typeparam>
/// <param name="client">The client, which stays alive with the call.</param>
/// <param name="request">The request, whose properties errors name; null: none.</param>
/// <param name="read">Copies the result out of a completion that bears no error.</param>
/// <param name="cancellationToken">The caller's token.</param>
/// <remarks>The continuation is the caller's code: it must not run on a thread of the native library.</remarks>
internal sealed unsafe class PendingCall<T>(
    NativeClient client, AmazonWebServiceRequest? request, delegate*<PendingCall<T>, S3kmsCompletion.Unmanaged*, T> read, CancellationToken cancellationToken)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IPendingCall
{
    private const int Open = 0, Cancellable = 1, Ended = 2;

    private GCHandle _self;
    private MemoryHandle _pin;
    private CancellationTokenRegistration _cancelling;
    private ulong _id;
    private int _state;

    /// <summary>The client.</summary>
    public NativeClient Client => client;

    /// <summary>The request.</summary>
    public AmazonWebServiceRequest? Request => request;

    /// <summary>What the native library hands back with the completion.</summary>
    public ulong Tag => (ulong)GCHandle.ToIntPtr(_self);

    /// <summary>The id of the request, for cancel and for pushing content.</summary>
    public ulong Id => _id;

    /// <summary>Content that is closed at the end; its closing does nothing that could wait or fail.</summary>
    public MemoryStream? Closing { get; set; }

    /// <summary>Keeps the call alive. To be followed by a submission, or by <see cref="Abandon"/> where that was refused.</summary>
    public void Begin() => _self = GCHandle.Alloc(this);

    /// <summary>The call was refused, or never submitted: there will be no completion.</summary>
    public void Abandon()
    {
        if (_self.IsAllocated)
        {
            _self.Free();
        }

        Release();
    }

    /// <summary>The call was accepted: from now on the caller's token cancels it.</summary>
    public void Accepted(ulong id)
    {
        _id = id;
        if (!cancellationToken.CanBeCanceled)
        {
            return;
        }

        _cancelling = cancellationToken.UnsafeRegister(
            static state =>
            {
                var call = (PendingCall<T>)state!;
                call.Client.Cancel(call._id);
            },
            this);
        if (Interlocked.CompareExchange(ref _state, Cancellable, Open) == Ended)
        {
            _cancelling.Unregister();
        }
    }

    /// <summary>Pins memory until the completion.</summary>
    public IntPtr Pin(ReadOnlyMemory<byte> memory)
    {
        _pin = memory.Pin();
        return (IntPtr)_pin.Pointer;
    }

    /// <inheritdoc/>
    public void End(in S3kmsCompletion.Unmanaged completion)
    {
        try
        {
            Release();
            if (completion.error == IntPtr.Zero)
            {
                fixed (S3kmsCompletion.Unmanaged* place = &completion)
                {
                    SetResult(read(this, place));
                }
            }
            else
            {
                Fail(NativeError.Read(*(S3kmsError.Unmanaged*)completion.error));
            }
        }
#pragma warning disable CA1031 // an exception must not leave a callback of native code: it goes to whoever awaits the call
        catch (Exception error)
#pragma warning restore CA1031
        {
            TrySetException(error);
        }
    }

    private void Fail(NativeError error)
    {
        var exception = ErrorMapper.ToException(error, request, cancellationToken);
        if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            SetCanceled(cancellationToken);
        }
        else
        {
            SetException(exception);
        }
    }

    /// <summary>Lets go of what was held for the call.</summary>
    private void Release()
    {
        if (Interlocked.Exchange(ref _state, Ended) == Cancellable)
        {
            // Not disposed: that would wait for a cancellation that runs, and this may be what it waits for.
            _cancelling.Unregister();
        }

        _pin.Dispose();
        Closing?.Dispose();
    }
}
