using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using S3Kms.Interop;
using S3Kms.Marshalling;

namespace S3Kms.Tests;

/// <summary>The raw structs are laid out as the C compiler sees them: the table that bindings-c checks with static assertions.</summary>
public sealed class AbiTableTests
{
    private static readonly Dictionary<string, Type> Raw = typeof(Interop.Raw.S3kmsStr).Assembly.GetTypes()
        .Where(type => type.Namespace == "S3Kms.Interop.Raw" && type.GetNestedType("Unmanaged", BindingFlags.NonPublic) is not null)
        .ToDictionary(type => type.Name.ToUpperInvariant(), type => type.GetNestedType("Unmanaged", BindingFlags.NonPublic)!);

    /// <summary>Rows of the table: struct, member or "sizeof" or "number", value.</summary>
    private static IEnumerable<(string Type, string Member, int Value)> Table() =>
        File.ReadAllLines(Path.Combine(Environment.GetEnvironmentVariable("S3KMS_CONFORMANCE")!, "../../bindings-c/tests/generated/abi_table.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' '))
            .Select(row => (row[0], row[1], int.Parse(row[2], CultureInfo.InvariantCulture)));

    [Fact]
    public void Sizes_and_offsets_are_those_of_c()
    {
        var wrong = new List<string>();
        var checkedRows = 0;
        foreach (var (name, member, value) in Table().Where(row => row.Type.StartsWith("s3kms_", StringComparison.Ordinal)))
        {
            if (!Raw.TryGetValue(name.Replace("_", string.Empty, StringComparison.Ordinal).ToUpperInvariant(), out var type))
            {
                wrong.Add($"{name} has no raw struct");
                continue;
            }

            var actual = member == "sizeof" ? Marshal.SizeOf(type) : (int)Marshal.OffsetOf(type, member);
            checkedRows++;
            if (actual != value)
            {
                wrong.Add($"{name} {member}: {actual}, in C {value}");
            }
        }

        Assert.Empty(wrong);
        Assert.True(checkedRows > 300, $"only {checkedRows} rows");
    }

    [Fact]
    public void Error_numbers_are_those_of_c()
    {
        var numbers = Table().Where(row => row.Member == "number" && row.Type.StartsWith("S3KMS_ERROR_", StringComparison.Ordinal))
            .ToDictionary(row => row.Type["S3KMS_ERROR_".Length..].Replace("_", string.Empty, StringComparison.Ordinal), row => row.Value);
        Assert.Equal(
            Enum.GetValues<ErrorKind>().Select(kind => (kind.ToString().ToUpperInvariant(), (int)kind)).Order(),
            numbers.Select(row => (row.Key, row.Value)).Order());
    }

    [Fact]
    public void A_library_of_another_version_is_refused_with_advice()
    {
        var error = Assert.Throws<BadImageFormatException>(() => NativeLibraryLoader.Check(NativeLibraryLoader.AbiVersion, SchemaInfo.Hash + 1));
        Assert.Contains("same S3Kms package", error.Message, StringComparison.Ordinal);
        Assert.Throws<BadImageFormatException>(() => NativeLibraryLoader.Check(NativeLibraryLoader.AbiVersion + 1, SchemaInfo.Hash));
        NativeLibraryLoader.Check(NativeLibraryLoader.AbiVersion, SchemaInfo.Hash);
    }
}
