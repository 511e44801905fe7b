using System.Diagnostics;
using System.Text.Json;

namespace S3Kms.Tests.Servers;

/// <summary>A server of this project as a child process on loopback. It ends with its standard input, so with this process.</summary>
public sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, JsonElement settings)
    {
        _process = process;
        Settings = settings;
    }

    /// <summary>The line of JSON that it printed.</summary>
    public JsonElement Settings { get; }

    /// <summary>Starts the server that an environment variable names.</summary>
    public static ServerProcess Start(string variable, params string[] arguments)
    {
        var path = Environment.GetEnvironmentVariable(variable);
        Assert.False(string.IsNullOrEmpty(path), $"{variable} is not set: run the tests with ./dev test dotnet");
        var start = new ProcessStartInfo(path!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in arguments.Append("--until-stdin-closes"))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadLine();
        Assert.False(line is null, $"{path} ended before it was ready");
        return new ServerProcess(process, JsonDocument.Parse(line!).RootElement);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
