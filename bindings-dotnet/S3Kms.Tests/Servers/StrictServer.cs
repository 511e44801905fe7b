using System.Net.Http.Json;
using S3Kms.Runtime;

namespace S3Kms.Tests.Servers;

/// <summary>The strict S3 and KMS server, shared by the tests of this assembly. Every test uses keys of its own.</summary>
public sealed class StrictServer : IDisposable
{
    private readonly ServerProcess _process = ServerProcess.Start("S3KMS_TEST_SERVER", "--port", "0", "--bucket", "demo");

    public string Endpoint => Text("endpoint");

    public string Region => Text("region");

    public string Bucket => Text("bucket");

    public string AccessKey => Text("accessKeyId");

    public string SecretKey => Text("secretAccessKey");

    public BasicAWSCredentials Credentials => new(AccessKey, SecretKey);

    /// <summary>ARN of a key: managed, first, second, asymmetric, disabled, pendingDeletion, otherRegion.</summary>
    public string Key(string name) => _process.Settings.GetProperty("keys").GetProperty(name).GetString()!;

    /// <summary>Alias of the first key.</summary>
    public string Alias => _process.Settings.GetProperty("aliases").GetProperty("first").GetString()!;

    public AmazonS3Config Config() => new() { ServiceURL = Endpoint, AuthenticationRegion = Region, ForcePathStyle = true, MaxErrorRetry = 0 };

    public AmazonS3Client Client() => new(Credentials, Config());

    /// <summary>Makes chosen requests fail: see test-server/README.md.</summary>
    public async Task FaultAsync(string method, string keyPrefix, object action)
    {
        using var http = new HttpClient();
        var rule = new Dictionary<string, object> { ["match"] = new { method, keyPrefix }, ["action"] = action };
        using var answer = await http.PostAsJsonAsync($"{Endpoint}/_s3kms/faults", rule);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => _process.Dispose();

    private string Text(string name) => _process.Settings.GetProperty(name).GetString()!;
}
