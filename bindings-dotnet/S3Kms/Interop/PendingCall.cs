using System.Buffers;
using System.Runtime.InteropServices;
using S3Kms.Interop.Raw;
using S3Kms.Runtime;

namespace S3Kms.Interop;

/// <summary>
/// A native call between its submission and its completion. From the submission on it keeps itself, the client's handle and the
/// content alive; the completion, of which there is exactly one, lets them go.
/// </summary>
internal abstract class PendingCall
{
    private GCHandle _self;

    /// <summary>What the native library hands back with the completion.</summary>
    public ulong Tag => (ulong)GCHandle.ToIntPtr(_self);

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

    /// <summary>The call of a tag has ended. Called by the native library, on one of its threads; never throws.</summary>
    public static void Complete(ulong tag, in S3kmsCompletion.Unmanaged completion)
    {
        var call = (PendingCall)GCHandle.FromIntPtr((IntPtr)tag).Target!;
        call._self.Free();
        call.Release();
        call.End(completion);
    }

    /// <summary>Lets go of what was held for the call.</summary>
    protected abstract void Release();

    /// <summary>Copies the outcome and tells whoever awaits it. Must not throw.</summary>
    protected abstract void End(in S3kmsCompletion.Unmanaged completion);
}

/// <summary>A native call with a result.</summary>
/// <typeparam name="T">Its result.</typeparam>
/// <param name="request">The request, whose properties errors name; null: none.</param>
/// <param name="read">Copies the result out of a completion that bears no error.</param>
/// <param name="cancellationToken">The caller's token.</param>
internal sealed class PendingCall<T>(AmazonWebServiceRequest? request, PendingCall<T>.Reader read, CancellationToken cancellationToken) : PendingCall
{
    // The continuation is the caller's code: it must not run on a thread of the native library.
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MemoryHandle _pin;

    /// <summary>Copies a result.</summary>
    public delegate T Reader(in S3kmsCompletion.Unmanaged completion);

    /// <summary>The end of the call.</summary>
    public Task<T> Outcome => _outcome.Task;

    /// <summary>Pins memory until the completion.</summary>
    public unsafe IntPtr Pin(ReadOnlyMemory<byte> memory)
    {
        _pin = memory.Pin();
        return (IntPtr)_pin.Pointer;
    }

    protected override void Release() => _pin.Dispose();

    protected override unsafe void End(in S3kmsCompletion.Unmanaged completion)
    {
        try
        {
            if (completion.error == IntPtr.Zero)
            {
                _outcome.SetResult(read(completion));
            }
            else
            {
                var error = NativeError.Read(*(S3kmsError.Unmanaged*)completion.error);
                _outcome.SetException(ErrorMapper.ToException(error, request, cancellationToken));
            }
        }
#pragma warning disable CA1031 // an exception must not leave a callback of native code: it goes to whoever awaits the call
        catch (Exception error)
#pragma warning restore CA1031
        {
            _outcome.TrySetException(error);
        }
    }
}
