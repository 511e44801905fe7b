using S3Kms.Marshalling;
using S3Kms.Runtime;
using S3Kms.Runtime.CredentialManagement;
using S3Kms.Tests.Servers;
using S3Kms.Tests.Strict;

namespace S3Kms.Tests.Model;

/// <summary>What the settings and the environment of .NET become. No other test reads the variables that are set here.</summary>
public sealed class ClientSettingsTests(StrictServer server)
{
    private static readonly BasicAWSCredentials Basic = new("id", "secret");

    private static ClientSettings Create(AmazonS3Config config) => ClientSettingsFactory.Create(config, Basic, Basic);

    [Fact]
    public void Region_and_endpoint()
    {
        var region = Create(new AmazonS3Config { RegionEndpoint = RegionEndpoint.EUWest1 });
        Assert.Equal(("eu-west-1", null, null), (region.Region, region.Endpoint, region.ForcePathStyle));
        var other = Create(new AmazonS3Config { ServiceURL = "http://127.0.0.1:9/" });
        Assert.Equal(("us-east-1", "http://127.0.0.1:9", null), (other.Region, other.Endpoint, other.ForcePathStyle));
        var aws = Create(new AmazonS3Config { ServiceURL = "https://s3.eu-west-3.amazonaws.com" });
        Assert.Equal(("eu-west-3", false), (aws.Region, aws.ForcePathStyle));
        var signed = Create(new AmazonS3Config { RegionEndpoint = RegionEndpoint.EUWest1, AuthenticationRegion = "eu-west-2" });
        Assert.Equal(("eu-west-2", "https://s3.eu-west-1.amazonaws.com", false), (signed.Region, signed.Endpoint, signed.ForcePathStyle));
        var http = Create(new AmazonS3Config { RegionEndpoint = RegionEndpoint.EUWest1, UseHttp = true });
        Assert.Equal(("eu-west-1", "http://s3.eu-west-1.amazonaws.com"), (http.Region, http.Endpoint));
    }

    [Fact]
    public void Times_retries_and_proxy()
    {
        var settings = Create(new AmazonS3Config
        {
            RegionEndpoint = RegionEndpoint.EUWest1,
            MaxErrorRetry = 2,
            Timeout = TimeSpan.FromSeconds(3),
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ProxyHost = "proxy",
            ProxyPort = 8080,
            ProxyCredentials = new System.Net.NetworkCredential("me", "word"),
        });
        Assert.Equal((3L, 3000L, 0L), (settings.MaxAttempts, settings.AttemptTimeoutMs, settings.ConnectTimeoutMs));
        Assert.Equal(("http://proxy:8080", "me", "word"), (settings.Proxy, settings.ProxyUsername, settings.ProxyPassword));
    }

    [Fact]
    public void Credentials_decide_who_is_asked()
    {
        Assert.True(Create(new AmazonS3Config()).CredentialsPerRequest);
        // What cannot change is given to the native client once; a derived class may give others every time.
        Assert.Null(ClientSettingsFactory.PerRequest(Basic));
        var fixedOnes = ClientSettingsFactory.Create(new AmazonS3Config(), Basic, null);
        Assert.Equal(("id", "secret", null, null), (fixedOnes.AccessKeyId, fixedOnes.SecretAccessKey, fixedOnes.SessionToken, fixedOnes.CredentialsPerRequest));
        var session = ClientSettingsFactory.Create(new AmazonS3Config(), new SessionAWSCredentials("i", "s", "t"), null);
        Assert.Equal(("i", "s", "t"), (session.AccessKeyId, session.SecretAccessKey, session.SessionToken));
        var derived = new Derived();
        Assert.Same(derived, ClientSettingsFactory.PerRequest(derived));
        Assert.Null(ClientSettingsFactory.PerRequest(new AnonymousAWSCredentials()));
        Assert.True(ClientSettingsFactory.Create(new AmazonS3Config(), new AnonymousAWSCredentials(), null).Anonymous);
        var stored = ClientSettingsFactory.Create(new AmazonS3Config(), new StoredProfileAWSCredentials("p", "file"), null);
        Assert.Equal(("p", "file", null), (stored.Profile, stored.ProfileFile, stored.CredentialsPerRequest));
    }

    private sealed class Derived() : BasicAWSCredentials("id", "secret");

    [Theory]
    [InlineData("https://s3.eu-west-1.amazonaws.com", "eu-west-1")]
    [InlineData("http://s3-eu-west-1.amazonaws.com:443/", "eu-west-1")]
    [InlineData("https://S3-FIPS.dualstack.us-gov-west-1.amazonaws.com", "us-gov-west-1")]
    [InlineData("https://s3.cn-north-1.amazonaws.com.cn/", "cn-north-1")]
    [InlineData("https://s3.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1")]
    [InlineData("https://s3.amazonaws.com", null)]
    [InlineData("https://s3.eu-west-1.amazonaws.com:", null)]
    [InlineData("https://s3.eu-west-1.amazonaws.com:x", null)]
    [InlineData("https://s3.eu-west-1.amazonaws.com.example", null)]
    [InlineData("https://bucket.s3.eu-west-1.amazonaws.com", null)]
    [InlineData("ftp://s3.eu-west-1.amazonaws.com", null)]
    [InlineData("https://minio.example:9000", null)]
    public void The_region_is_read_off_a_url_of_s3(string url, string? region) =>
        Assert.Equal(region ?? "us-east-1", Create(new AmazonS3Config { ServiceURL = url }).Region);

    [Fact]
    public async Task Environment_of_dotnet_is_seen_though_the_native_one_has_nothing()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", server.AccessKey);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", server.SecretKey);
        Environment.SetEnvironmentVariable("AWS_SESSION_TOKEN", null);
        using var client = new AmazonS3Client(server.Config());
        await client.PutObjectAsync(Objects.Kms(server.Bucket, Objects.NewKey()));
    }

    [Fact]
    public async Task Profiles_are_found_and_read_by_the_native_library()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("credentials", System.Text.Encoding.UTF8.GetBytes(
            $"[default]\naws_access_key_id = x\naws_secret_access_key = y\n[mine]\naws_access_key_id = {server.AccessKey}\naws_secret_access_key = {server.SecretKey}\n"));
        var chain = new CredentialProfileStoreChain(file);
        Assert.False(chain.TryGetAWSCredentials("absent", out _));
        Assert.True(chain.TryGetAWSCredentials("mine", out var credentials));
        using var client = new AmazonS3Client(credentials, server.Config());
        await client.PutObjectAsync(Objects.Kms(server.Bucket, Objects.NewKey()));
    }
}
