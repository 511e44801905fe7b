using Microsoft.Win32.SafeHandles;

namespace S3Kms.Interop;

/// <summary>The native client's memory: freed once, and not while a call uses it.</summary>
internal sealed class NativeClientHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public NativeClientHandle(IntPtr client)
        : base(ownsHandle: true) => SetHandle(client);

    protected override bool ReleaseHandle()
    {
        Raw.Interop.s3kms_client_free(handle);
        return true;
    }
}
