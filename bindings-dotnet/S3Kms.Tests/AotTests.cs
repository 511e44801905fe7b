using System.Diagnostics;
using S3Kms.Tests.Servers;

namespace S3Kms.Tests;

/// <summary>The library as native code, without a warning of the trimmer or of the AOT compiler. Only in ./dev test --full: it takes a minute.</summary>
public sealed class AotTests(StrictServer server)
{
    [Fact]
    public async Task A_program_published_as_native_code_works()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("S3KMS_FULL") == "1", "only in ./dev test --full");
        Assert.SkipUnless(Environment.Version.Major >= 10, "published for .NET 10 only");
        using var folder = new TemporaryFolder();
        var project = Path.Combine(Environment.GetEnvironmentVariable("S3KMS_CONFORMANCE")!, "../../bindings-dotnet/S3Kms.AotSmoke/S3Kms.AotSmoke.csproj");
        var (status, output) = await RunAsync("dotnet", "publish", project, "--nologo", "-c", "Release", "-o", folder.Path("out"));
        Assert.True(status == 0, output);
        Assert.DoesNotContain("warning IL", output, StringComparison.Ordinal);
        (status, output) = await RunAsync(
            folder.Path("out/S3Kms.AotSmoke"), server.Endpoint, server.AccessKey, server.SecretKey, server.Bucket, server.Key("first"));
        Assert.True(status == 0, output);
        Assert.Equal($"{server.Key("first")}|from native code|True|NoSuchKey", output.Trim());
    }

    private static async Task<(int Status, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
