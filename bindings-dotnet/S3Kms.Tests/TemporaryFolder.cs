namespace S3Kms.Tests;

/// <summary>A folder that is removed again.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("s3kms-dotnet-");

    /// <summary>The path of a file that does not exist yet.</summary>
    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Writes a file and returns its path.</summary>
    public string File(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(Path(name), content);
        return Path(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
