using System.Text.Json;
using S3Kms.Model;
using S3Kms.Runtime;

namespace S3Kms.Tests.Conformance;

/// <summary>A case of tests/conformance: see the README there.</summary>
internal sealed record Case(JsonElement Root)
{
    /// <summary>All cases by their names.</summary>
    public static IReadOnlyDictionary<string, Case> All { get; } = Load();

    public string Operation => Root.GetProperty("operation").GetString()!;

    public JsonElement Expect => Root.GetProperty("expect");

    /// <summary>The members of an object of the case; none where it is absent.</summary>
    public IEnumerable<JsonProperty> Object(string name) => Root.TryGetProperty(name, out var value) ? value.EnumerateObject() : [];

    /// <summary>An empty request of the operation.</summary>
    public AmazonWebServiceRequest NewRequest() => Operation switch
    {
        "put_object" => new PutObjectRequest(),
        "copy_object" => new CopyObjectRequest(),
        "get_object" => new GetObjectRequest(),
        "head_object" => new GetObjectMetadataRequest(),
        "delete_object" => new DeleteObjectRequest(),
        _ => new GetPreSignedUrlRequest(),
    };

    private static Dictionary<string, Case> Load()
    {
        var folder = Environment.GetEnvironmentVariable("S3KMS_CONFORMANCE");
        Assert.False(string.IsNullOrEmpty(folder), "S3KMS_CONFORMANCE is not set: run the tests with ./dev test dotnet");
        return Directory.GetFiles(folder!, "*.json").Order(StringComparer.Ordinal)
            .SelectMany(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray())
            .ToDictionary(test => test.GetProperty("name").GetString()!, test => new Case(test));
    }
}
