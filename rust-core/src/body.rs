//! Where content comes from and where it goes.
//!
//! A put takes its content from memory ([`Body::Bytes`]), from a file that this library reads
//! ([`Body::File`]), or from chunks that the caller pushes ([`Body::stream`]). A get delivers to a stream, a file or
//! a sink of the caller's ([`Target`]). Memory is bounded whatever the object's size.

use std::fmt;
use std::path::PathBuf;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::error::{Error, ErrorKind};

/// Chunks that a [`BodyWriter`] may be ahead of the network.
const CHUNKS_AHEAD: usize = 4;

/// Content of a put.
pub enum Body {
    /// Bytes in memory, sent without a copy. Borrowed memory enters as [`Bytes::from_owner`].
    Bytes(Bytes),
    /// Bytes that belong to somebody else: see [`Body::borrowed`].
    Borrowed(Borrowed),
    /// A file, or a range of it, read in large pieces while it is sent. The length is settled when the request
    /// begins; a file that shrinks meanwhile is an error.
    File {
        /// Path of the file.
        path: PathBuf,
        /// Bytes to skip; 0 for the whole file.
        offset: u64,
        /// Bytes to send; absent: up to the end.
        length: Option<u64>,
    },
    /// Chunks that the caller pushes.
    Stream(BodyStream),
}

/// Memory that the caller lends for the time of a request.
pub struct Borrowed {
    pub(crate) bytes: Bytes,
    /// Ends when the last use of the memory is over.
    pub(crate) released: oneshot::Receiver<()>,
}

/// The owner of lent memory, and the sign that it was dropped.
struct Lent<T> {
    owner: Option<T>,
    released: Option<oneshot::Sender<()>>,
}

impl<T: AsRef<[u8]>> AsRef<[u8]> for Lent<T> {
    fn as_ref(&self) -> &[u8] {
        self.owner.as_ref().map_or(&[], AsRef::as_ref)
    }
}

impl<T> Drop for Lent<T> {
    fn drop(&mut self) {
        drop(self.owner.take());
        if let Some(released) = self.released.take() {
            let _ = released.send(());
        }
    }
}

impl Body {
    /// Lent memory, sent without a copy. A [`Session`](crate::session::Session) completes the request only after
    /// `owner` was dropped, so from the completion on the memory may be reused.
    #[must_use]
    pub fn borrowed<T: AsRef<[u8]> + Send + 'static>(owner: T) -> Body {
        let (sender, released) = oneshot::channel();
        let bytes = Bytes::from_owner(Lent { owner: Some(owner), released: Some(sender) });
        Body::Borrowed(Borrowed { bytes, released })
    }

    /// A body that is pushed through the writer. `length` is the total where it is known: then the writer must
    /// deliver exactly so much. Without it content beyond a few MiB becomes a multipart upload.
    #[must_use]
    pub fn stream(length: Option<u64>) -> (BodyWriter, Body) {
        let (sender, receiver) = mpsc::channel(CHUNKS_AHEAD);
        (BodyWriter { sender: Some(sender) }, Body::Stream(BodyStream { receiver, length }))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) | Self::Borrowed(Borrowed { bytes, .. }) => write!(f, "{} bytes", bytes.len()),
            Self::File { path, offset, length } => write!(f, "file {path:?} from {offset}, length {length:?}"),
            Self::Stream(stream) => write!(f, "stream, length {:?}", stream.length),
        }
    }
}

/// The receiving end of a pushed body.
pub struct BodyStream {
    pub(crate) receiver: mpsc::Receiver<Result<Bytes, Error>>,
    pub(crate) length: Option<u64>,
}

/// The pushing end of a body. Dropping it without [`finish`](Self::finish) fails the request: a truncated
/// stream must never become an object.
#[derive(Clone)]
pub struct BodyWriter {
    sender: Option<mpsc::Sender<Result<Bytes, Error>>>,
}

impl BodyWriter {
    /// Hands over a chunk; waits while the network is behind.
    ///
    /// # Errors
    /// `Closed` when the request has ended already (its own completion says why).
    pub async fn write(&self, chunk: Bytes) -> Result<(), Error> {
        if chunk.is_empty() {
            return Ok(()); // an empty chunk marks the end inside the channel
        }
        self.send(Ok(chunk)).await
    }

    /// Says that all content has been written.
    ///
    /// # Errors
    /// `Closed` when the request has ended already.
    pub async fn finish(mut self) -> Result<(), Error> {
        let result = self.send(Ok(Bytes::new())).await;
        self.sender = None;
        result
    }

    async fn send(&self, chunk: Result<Bytes, Error>) -> Result<(), Error> {
        let closed = || Error::new(ErrorKind::Closed, "the request of this stream has ended");
        let sender = self.sender.as_ref().ok_or_else(closed)?;
        sender.send(chunk).await.map_err(|_| closed())
    }
}

impl BodyStream {
    /// The next chunk; `None` at the end that the writer declared.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        match self.receiver.recv().await {
            Some(Ok(chunk)) if chunk.is_empty() => Ok(None),
            Some(chunk) => chunk.map(Some),
            None => Err(Error::new(ErrorKind::Body, "the stream was dropped before its end was declared")
                .hint("Nothing was stored. Finish the stream, or cancel the request")),
        }
    }
}

/// Where the content of a get goes.
#[derive(Default)]
pub enum Target {
    /// A stream that the caller reads: [`GetBody`] of the result.
    #[default]
    Stream,
    /// A file. Written beside it under a temporary name and renamed when complete, so that the path never
    /// holds half an object.
    File(PathBuf),
    /// A sink of the caller's, fed from the thread that runs the request.
    Sink(Box<dyn Sink>),
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream => f.write_str("stream"),
            Self::File(path) => write!(f, "file {path:?}"),
            Self::Sink(_) => f.write_str("sink"),
        }
    }
}

/// Receives the content of a get, chunk by chunk, in order.
pub trait Sink: Send {
    /// The number of bytes that will follow, where the server says it. Refuse here what does not fit.
    ///
    /// # Errors
    /// Ends the request with that error.
    fn begin(&mut self, length: Option<u64>) -> Result<(), Error>;

    /// The next bytes.
    ///
    /// # Errors
    /// Ends the request with that error.
    fn write(&mut self, chunk: &[u8]) -> Result<(), Error>;

    /// The request failed half-way and begins again: forget what was written.
    fn restart(&mut self);
}

/// The content of a get, as its result brings it.
pub enum GetBody {
    /// It went to the file or sink that the request named.
    Delivered {
        /// Bytes delivered.
        length: u64,
    },
    /// All of it: small content comes with the result.
    Inline(Bytes),
    /// The content that follows.
    Stream(DownloadStream),
}

impl fmt::Debug for GetBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivered { length } => write!(f, "delivered {length} bytes"),
            Self::Inline(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream(_) => f.write_str("stream"),
        }
    }
}

pub use crate::download::{Chunk, DownloadStream};
