//! The content of a get on its way in: to a stream, a file or a sink of the caller's.

use std::collections::VecDeque;
use std::path::Path;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;

use crate::body::Sink;
use crate::error::{Error, ErrorKind};
use crate::transport::AnswerBody;
use crate::upload::file_error;

/// Most bytes of one chunk: a crossing of a boundary costs nothing beside them, and more would only be held twice.
const LARGEST_CHUNK: usize = 1 << 20;

/// Content being read. Holds a connection until it is read to its end or dropped.
pub struct DownloadStream {
    body: Option<AnswerBody>,
    left: Bytes,
    /// Why there is no more: told once what came before it has been read, and again to whoever reads on.
    failed: Option<Error>,
}

impl DownloadStream {
    pub(crate) fn new(body: AnswerBody) -> Self {
        Self { body: Some(body), left: Bytes::new(), failed: None }
    }

    /// The next bytes, `max` at most; `None` at the end.
    ///
    /// # Errors
    /// `Body` where the connection broke before the end, `Timeout` where the server fell silent.
    pub async fn next(&mut self, max: usize) -> Result<Option<Bytes>, Error> {
        self.begin();
        std::future::poll_fn(|cx| self.poll_next(cx, max.max(1))).await
    }

    /// What has come, `max` bytes and 1 MiB at most, once something has; empty at the end. Dropped before its end, it has taken
    /// nothing.
    pub(crate) async fn gather(&mut self, max: usize) -> Result<Chunk, Error> {
        self.begin();
        std::future::poll_fn(|cx| self.poll_gather(cx, max)).await
    }

    /// As [`DownloadStream::gather`], if that is at hand.
    pub(crate) fn gather_now(&mut self, max: usize) -> Result<Option<Chunk>, Error> {
        self.begin();
        match self.poll_gather(&mut Context::from_waker(Waker::noop()), max) {
            Poll::Ready(chunk) => chunk.map(Some),
            Poll::Pending => Ok(None),
        }
    }

    /// A wait begins.
    fn begin(&mut self) {
        if let Some(body) = &mut self.body {
            body.begin();
        }
    }

    fn poll_gather(&mut self, cx: &mut Context<'_>, max: usize) -> Poll<Result<Chunk, Error>> {
        let max = max.clamp(1, LARGEST_CHUNK);
        let mut chunk = Chunk::default();
        while chunk.length < max {
            match self.poll_next(cx, max - chunk.length) {
                Poll::Ready(Ok(Some(piece))) => chunk.push(piece),
                Poll::Ready(Ok(None)) => break,
                Poll::Ready(Err(error)) if chunk.is_empty() => return Poll::Ready(Err(error)),
                Poll::Pending if chunk.is_empty() => return Poll::Pending,
                Poll::Ready(Err(_)) | Poll::Pending => break,
            }
        }
        Poll::Ready(Ok(chunk))
    }

    fn poll_next(&mut self, cx: &mut Context<'_>, max: usize) -> Poll<Result<Option<Bytes>, Error>> {
        if self.left.is_empty() {
            if let Some(error) = &self.failed {
                return Poll::Ready(Err(error.clone()));
            }
            let Some(body) = &mut self.body else { return Poll::Ready(Ok(None)) };
            match ready!(body.poll_next(cx)) {
                Some(Ok(piece)) => self.left = piece,
                Some(Err(error)) => {
                    self.failed = Some(error.clone());
                    return Poll::Ready(Err(error));
                }
                None => {
                    self.body = None; // gives the connection back
                    return Poll::Ready(Ok(None));
                }
            }
        }
        let length = self.left.len().min(max);
        Poll::Ready(Ok(Some(self.left.split_to(length))))
    }
}

/// Content in pieces, as they came from the connection.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    pieces: VecDeque<Bytes>,
    length: usize,
}

impl Chunk {
    /// Bytes in all pieces.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The pieces.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.pieces.iter().map(AsRef::as_ref)
    }

    fn push(&mut self, piece: Bytes) {
        self.length += piece.len();
        self.pieces.push_back(piece);
    }

    /// Takes the first bytes out, `max` at most.
    #[must_use]
    pub fn split_to(&mut self, max: usize) -> Self {
        let mut taken = Self::default();
        while taken.length < max
            && let Some(mut piece) = self.pieces.pop_front()
        {
            let length = piece.len().min(max - taken.length);
            taken.push(piece.split_to(length));
            if !piece.is_empty() {
                self.pieces.push_front(piece);
            }
        }
        self.length -= taken.length;
        taken
    }
}

impl From<Bytes> for Chunk {
    fn from(piece: Bytes) -> Self {
        let mut chunk = Self::default();
        chunk.push(piece);
        chunk
    }
}

/// Delivers content to a sink; returns how many bytes.
pub(crate) async fn to_sink(mut body: AnswerBody, length: Option<u64>, sink: &mut dyn Sink) -> Result<u64, Error> {
    sink.begin(length)?;
    let mut delivered = 0;
    while let Some(piece) = body.next().await? {
        sink.write(&piece)?;
        delivered += piece.len() as u64;
    }
    Ok(delivered)
}

/// Delivers content to a file: under a temporary name beside it, renamed when it is complete.
pub(crate) async fn to_file(body: AnswerBody, path: &Path) -> Result<u64, Error> {
    let partial = Partial::create(path).await?;
    let outcome = fill(body, &partial.path).await;
    match outcome {
        Ok(length) => {
            tokio::fs::rename(&partial.path, path).await.map_err(|error| file_error(path, &error))?;
            Ok(length)
        }
        Err(error) => Err(error),
    }
}

async fn fill(mut body: AnswerBody, path: &Path) -> Result<u64, Error> {
    let fail = |error: std::io::Error| file_error(path, &error);
    let mut file = tokio::fs::OpenOptions::new().write(true).open(path).await.map_err(fail)?;
    file.set_max_buf_size(1 << 20);
    let mut length = 0;
    while let Some(piece) = body.next().await? {
        file.write_all(&piece).await.map_err(fail)?;
        length += piece.len() as u64;
    }
    file.flush().await.map_err(fail)?;
    Ok(length)
}

/// A file that is removed again, unless it was renamed.
struct Partial {
    path: std::path::PathBuf,
}

impl Partial {
    async fn create(target: &Path) -> Result<Self, Error> {
        let name = target
            .file_name()
            .ok_or_else(|| Error::new(ErrorKind::File, format!("{target:?} is no path of a file")))?;
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{:08x}.part", fastrand::u32(..)));
        let path = target.with_file_name(temporary);
        // Made where the file is: a caller that goes away meanwhile takes its file with it.
        let made = tokio::task::spawn_blocking(move || {
            std::fs::OpenOptions::new().write(true).create_new(true).open(&path).map(|_| Self { path })
        });
        match made.await {
            Ok(made) => made.map_err(|error| file_error(target, &error)),
            Err(error) => Err(Error::internal(format!("the file could not be made: {error}"))),
        }
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename there is nothing by this name.
        let _ = std::fs::remove_file(&self.path);
    }
}
