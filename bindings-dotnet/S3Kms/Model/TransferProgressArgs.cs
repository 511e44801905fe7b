namespace S3Kms.Model;

/// <summary>How far a transfer is.</summary>
public abstract class TransferProgressArgs : EventArgs
{
    /// <summary>Makes a report.</summary>
    /// <param name="incrementTransferred">Bytes since the last report.</param>
    /// <param name="transferred">Bytes so far.</param>
    /// <param name="total">Bytes in all.</param>
    protected TransferProgressArgs(long incrementTransferred, long transferred, long total)
    {
        IncrementTransferred = incrementTransferred;
        TransferredBytes = transferred;
        TotalBytes = total;
    }

    /// <summary>Share of the bytes that are transferred, 0 to 100.</summary>
    public int PercentDone => TotalBytes > 0 ? (int)(TransferredBytes * 100d / TotalBytes) : 100;

    /// <summary>Bytes since the last report.</summary>
    public long IncrementTransferred { get; }

    /// <summary>Bytes so far.</summary>
    public long TransferredBytes { get; }

    /// <summary>Bytes in all.</summary>
    public long TotalBytes { get; }
}
