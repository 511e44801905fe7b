namespace S3Kms.Model;

/// <summary>Code of an MFA device, for buckets with MFA delete.</summary>
public class MfaCodes
{
    /// <summary>Serial number of the device.</summary>
    public string? SerialNumber { get; set; }

    /// <summary>Code that the device shows.</summary>
    public string? AuthenticationValue { get; set; }

    /// <summary>Both, as the header says it.</summary>
    public string FormattedMfaCodes => $"{SerialNumber} {AuthenticationValue}";
}
