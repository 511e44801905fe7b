using S3Kms.Runtime;

namespace S3Kms.Model;

/// <summary>A response with content.</summary>
public abstract class StreamResponse : AmazonWebServiceResponse, IDisposable
{
    /// <summary>Makes a response without content.</summary>
    protected StreamResponse()
    {
    }

    /// <summary>
    /// The content, read from the connection while it is consumed. A failure while reading is an <see cref="IOException"/>: what was
    /// read until then is not the whole object.
    /// </summary>
    public Stream ResponseStream { get; set; } = Stream.Null;

    /// <summary>Releases the content and its connection.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the content and its connection.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            ResponseStream.Dispose();
        }
    }
}
