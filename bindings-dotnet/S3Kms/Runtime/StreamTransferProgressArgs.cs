namespace S3Kms.Runtime;

/// <summary>How far an upload is.</summary>
public class StreamTransferProgressArgs : EventArgs
{
    /// <summary>Makes a report.</summary>
    /// <param name="incrementTransferred">Bytes since the last report.</param>
    /// <param name="transferred">Bytes so far.</param>
    /// <param name="total">Bytes in all; -1 where that is not known.</param>
    public StreamTransferProgressArgs(long incrementTransferred, long transferred, long total)
    {
        IncrementTransferred = incrementTransferred;
        TransferredBytes = transferred;
        TotalBytes = total;
    }

    /// <summary>Share of the bytes that are transferred, 0 to 100; 0 while the total is not known.</summary>
    public int PercentDone => TotalBytes switch
    {
        > 0 => (int)(TransferredBytes * 100d / TotalBytes),
        0 => 100,
        _ => 0,
    };

    /// <summary>Bytes since the last report.</summary>
    public long IncrementTransferred { get; }

    /// <summary>Bytes so far.</summary>
    public long TransferredBytes { get; }

    /// <summary>Bytes in all; -1 where that is not known.</summary>
    public long TotalBytes { get; }

    /// <summary>Bytes and share, for people.</summary>
    public override string ToString() => $"Transfer statistics. Percentage completed: {PercentDone}, Bytes transferred: {TransferredBytes}, Total bytes to transfer: {TotalBytes}";
}
