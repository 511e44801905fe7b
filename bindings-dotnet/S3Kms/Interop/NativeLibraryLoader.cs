using System.Runtime.InteropServices;
using S3Kms.Marshalling;

namespace S3Kms.Interop;

/// <summary>Finds <c>libs3kms.so</c>, loads it once and refuses one that does not belong to this assembly.</summary>
/// <remarks>
/// Looked for, in this order: the file that the AppContext setting <c>S3Kms.NativeLibrary</c> or the environment variable
/// <c>S3KMS_NATIVE_LIBRARY</c> names; the folder in <c>S3KMS_LIB_DIR</c>; where .NET looks by itself (the package's
/// <c>runtimes/RID/native</c>, the application's folder, the system).
/// </remarks>
internal static class NativeLibraryLoader
{
    /// <summary>The binary interface that this assembly was written for.</summary>
    internal const uint AbiVersion = 2;

    private static readonly object Guard = new();

    private static bool _loaded;

    /// <summary>Loads the library, if that has not been done.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message says why and what to do.</exception>
    /// <exception cref="BadImageFormatException">It is of another version.</exception>
    public static void EnsureLoaded()
    {
        if (!Volatile.Read(ref _loaded))
        {
            lock (Guard)
            {
                if (!_loaded)
                {
                    Load();
                    Volatile.Write(ref _loaded, true);
                }
            }
        }
    }

    private static IntPtr _handle;

    private static void Load()
    {
        // A library that is refused below is not looked for again: .NET keeps the first resolver of an assembly.
        if (_handle == IntPtr.Zero)
        {
            _handle = Find();
            NativeLibrary.SetDllImportResolver(
                typeof(NativeLibraryLoader).Assembly, static (name, _, _) => name == Raw.Interop.NativeLib ? _handle : IntPtr.Zero);
        }

        Check(Raw.Interop.s3kms_abi_version(), Raw.Interop.s3kms_schema_hash());
    }

    /// <summary>Refuses a library that was built from another interface.</summary>
    internal static void Check(uint abiVersion, ulong schemaHash)
    {
        if (abiVersion != AbiVersion || schemaHash != SchemaInfo.Hash)
        {
            throw new BadImageFormatException(
                $"libs3kms.so does not belong to this S3Kms.dll: it has interface {abiVersion}, schema {schemaHash:x16}; expected are "
                + $"{AbiVersion} and {SchemaInfo.Hash:x16}. Use both from the same S3Kms package, and remove other copies of libs3kms.so "
                + "(S3KMS_NATIVE_LIBRARY and S3KMS_LIB_DIR come first).");
        }
    }

    private static IntPtr Find()
    {
        foreach (var path in Named())
        {
            try
            {
                return NativeLibrary.Load(path);
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                throw new DllNotFoundException(Diagnosis($"{path}: {error.Message}"), error);
            }
        }

        if (NativeLibrary.TryLoad(Raw.Interop.NativeLib, typeof(NativeLibraryLoader).Assembly, null, out var handle))
        {
            return handle;
        }

        // Loaded once more for its message: TryLoad keeps the reason to itself.
        try
        {
            return NativeLibrary.Load(Raw.Interop.NativeLib, typeof(NativeLibraryLoader).Assembly, null);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(Diagnosis(error.Message), error);
        }
    }

    private static IEnumerable<string> Named()
    {
        var named = AppContext.GetData("S3Kms.NativeLibrary") as string ?? Environment.GetEnvironmentVariable("S3KMS_NATIVE_LIBRARY");
        if (!string.IsNullOrEmpty(named))
        {
            yield return named;
        }

        var folder = Environment.GetEnvironmentVariable("S3KMS_LIB_DIR");
        if (!string.IsNullOrEmpty(folder))
        {
            yield return Path.Combine(folder, "libs3kms.so");
        }
    }

    private static string Diagnosis(string reason)
    {
        var where = $"{RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.ProcessArchitecture}";
        var advice = 0 switch
        {
            _ when !OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64 =>
                "The package holds the library for Linux on x86-64 only; build libs3kms for this platform and name it in S3KMS_NATIVE_LIBRARY.",
            _ when RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) =>
                "The library is linked against glibc and this system has musl (Alpine): use an image with glibc.",
            _ when reason.Contains("GLIBC_", StringComparison.Ordinal) =>
                "This system's glibc is older than the library needs: use a newer system.",
            _ when reason.Contains("failed to map segment", StringComparison.Ordinal) =>
                "The folder forbids execution (noexec): copy the library elsewhere and name it in S3KMS_NATIVE_LIBRARY.",
            _ => "Publish the application with the package's runtimes/linux-x64/native folder, or name the file in S3KMS_NATIVE_LIBRARY.",
        };
        return $"libs3kms.so cannot be loaded ({where}). {advice} The system says: {reason}";
    }
}
