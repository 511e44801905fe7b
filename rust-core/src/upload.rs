//! The body of a request on its way out: bytes, a file or a pushed stream, plain or in `aws-chunked` encoding.

use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;
use tokio::time::Sleep;

use crate::chunked::Chunked;
use crate::error::{Error, ErrorKind};

/// Large pieces cost fewer system calls; two of them are read ahead.
const FILE_PIECE: usize = 1 << 20;
const PIECES_AHEAD: usize = 2;
/// Bytes in memory go out in frames of this size, so that progress is seen.
const FRAME: usize = 1 << 18;

/// A request's body.
pub(crate) struct UploadBody {
    content: Content,
    /// Absent for an empty body, which does not move.
    progress: Option<Arc<Progress>>,
    held: Option<Held>,
}

enum Content {
    Plain(Source),
    Chunked(Box<Chunked>),
}

impl UploadBody {
    pub(crate) fn plain(source: Source) -> Self {
        let progress = (source.remaining() > 0).then(Arc::default);
        Self { content: Content::Plain(source), progress, held: None }
    }

    pub(crate) fn chunked(chunked: Chunked) -> Self {
        Self { content: Content::Chunked(Box::new(chunked)), progress: Some(Arc::default()), held: None }
    }

    /// Holds the content back until the gate opens.
    pub(crate) fn behind(mut self, gate: Arc<Gate>) -> Self {
        self.held = Some(Held { gate, patience: Box::pin(tokio::time::sleep(PATIENCE)) });
        self
    }

    /// To be watched from now on.
    pub(crate) fn progress(&self) -> Option<Arc<Progress>> {
        let progress = self.progress.as_ref()?;
        progress.step();
        Some(progress.clone())
    }
}

impl Body for UploadBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        if let Some(held) = &mut this.held {
            if held.poll_open(cx).is_pending() {
                if let Some(progress) = &this.progress {
                    progress.wait();
                }
                return Poll::Pending;
            }
            this.held = None;
        }
        let polled = match &mut this.content {
            Content::Plain(source) => source.poll_next(cx),
            Content::Chunked(chunked) => chunked.poll_next(cx),
        };
        match polled {
            // It is the caller that we wait for: no silence of the server's.
            Poll::Pending => {
                if let Some(progress) = &this.progress {
                    progress.wait();
                }
                Poll::Pending
            }
            Poll::Ready(chunk) => {
                if let Some(progress) = &this.progress {
                    progress.step();
                }
                Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Plain(source) => source.is_end(),
            Content::Chunked(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Plain(source) => SizeHint::with_exact(source.remaining()),
            Content::Chunked(chunked) => SizeHint::with_exact(chunked.remaining()),
        }
    }
}

/// Servers that know nothing of `Expect` say nothing: then the content follows all the same.
const PATIENCE: Duration = Duration::from_secs(1);

/// Opens when the server has said that it will take the content (`100 Continue`).
#[derive(Default)]
pub(crate) struct Gate {
    is_open: AtomicBool,
    body: AtomicWaker,
}

impl Gate {
    pub(crate) fn open(&self) {
        self.is_open.store(true, Ordering::Release);
        self.body.wake();
    }
}

struct Held {
    gate: Arc<Gate>,
    patience: Pin<Box<Sleep>>,
}

impl Held {
    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.gate.body.register(cx.waker());
        if self.gate.is_open.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        self.patience.as_mut().poll(cx)
    }
}

/// When a request's body last moved.
pub(crate) struct Progress {
    start: Instant,
    /// Milliseconds after `start` of the last step; `WAITING` while the body's source has nothing.
    last: AtomicU64,
}

const WAITING: u64 = u64::MAX;

impl Default for Progress {
    fn default() -> Self {
        Self { start: Instant::now(), last: AtomicU64::new(0) }
    }
}

impl Progress {
    fn step(&self) {
        self.last.store(self.now(), Ordering::Relaxed);
    }

    fn wait(&self) {
        self.last.store(WAITING, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(WAITING - 1)
    }

    /// For how long it has not moved; nothing while its source has nothing.
    pub(crate) fn idle(&self) -> Duration {
        match self.last.load(Ordering::Relaxed) {
            WAITING => Duration::ZERO,
            last => Duration::from_millis(self.now().saturating_sub(last)),
        }
    }
}

/// Content of a known length.
pub(crate) enum Source {
    Bytes(Bytes),
    Chunks(Chunks),
}

impl Source {
    pub(crate) fn empty() -> Self {
        Self::Bytes(Bytes::new())
    }

    /// A range of a file, read on a blocking thread, a little ahead of the network.
    pub(crate) fn file(path: &Path, offset: u64, length: u64) -> Self {
        let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || {
            let outcome = read_file(&path, offset, length, &sender);
            // Nobody listens when the request has ended.
            let _ = sender.blocking_send(outcome.map(|()| Bytes::new()));
        });
        Self::Chunks(Chunks::new(receiver, length))
    }

    pub(crate) fn remaining(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Chunks(chunks) => chunks.remaining + chunks.held.as_ref().map_or(0, |held| held.len() as u64),
        }
    }

    pub(crate) fn is_end(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Chunks(chunks) => chunks.ended,
        }
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(bytes.split_to(bytes.len().min(FRAME))))),
            Self::Chunks(chunks) => chunks.poll_next(cx),
        }
    }
}

/// Chunks of a file or a pushed stream: exactly as many bytes as were declared. The last chunk is held back until
/// the end is declared too, so that neither a truncated nor an overlong stream can become an object.
pub(crate) struct Chunks {
    receiver: mpsc::Receiver<Result<Bytes, Error>>,
    remaining: u64,
    held: Option<Bytes>,
    ended: bool,
}

impl Chunks {
    pub(crate) fn new(receiver: mpsc::Receiver<Result<Bytes, Error>>, length: u64) -> Self {
        Self { receiver, remaining: length, held: None, ended: false }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            if self.ended {
                return Poll::Ready(None);
            }
            let received = ready!(self.receiver.poll_recv(cx));
            match received {
                Some(Ok(chunk)) if chunk.is_empty() => {
                    self.ended = true;
                    if self.remaining > 0 {
                        return self
                            .fail(format!("the content ended {} bytes before its declared length", self.remaining));
                    }
                    return Poll::Ready(self.held.take().map(Ok));
                }
                Some(Ok(chunk)) => match self.remaining.checked_sub(chunk.len() as u64) {
                    None => return self.fail("the content is longer than its declared length".to_owned()),
                    Some(0) => {
                        self.remaining = 0;
                        self.held = Some(chunk);
                    }
                    Some(remaining) => {
                        self.remaining = remaining;
                        return Poll::Ready(Some(Ok(chunk)));
                    }
                },
                Some(Err(error)) => {
                    self.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
                None => return self.fail("the content was abandoned before its end".to_owned()),
            }
        }
    }

    fn fail(&mut self, message: String) -> Poll<Option<Result<Bytes, Error>>> {
        self.ended = true;
        self.held = None;
        Poll::Ready(Some(Err(Error::new(ErrorKind::Body, message).hint("Nothing was stored"))))
    }
}

fn read_file(path: &Path, offset: u64, length: u64, sender: &mpsc::Sender<Result<Bytes, Error>>) -> Result<(), Error> {
    use std::io::{Read as _, Seek as _, SeekFrom};

    let fail = |error: &std::io::Error| file_error(path, error);
    let mut file = std::fs::File::open(path).map_err(|error| fail(&error))?;
    if offset > 0 {
        file.seek(SeekFrom::Start(offset)).map_err(|error| fail(&error))?;
    }
    let mut remaining = length;
    while remaining > 0 {
        let piece = usize::try_from(remaining).unwrap_or(FILE_PIECE).min(FILE_PIECE);
        let mut buffer = Piece::new();
        let read = (&mut file).take(piece as u64).read_to_end(&mut buffer.0).map_err(|error| fail(&error))?;
        if read == 0 {
            let message = format!("{path:?} shrank while it was read: {remaining} bytes are missing");
            return Err(Error::new(ErrorKind::File, message).hint("Nothing was stored"));
        }
        remaining -= read as u64;
        if sender.blocking_send(Ok(Bytes::from_owner(buffer))).is_err() {
            return Ok(()); // the request has ended
        }
    }
    Ok(())
}

/// A piece of a file, in memory that is used again: new memory costs a page fault for every 4 KiB.
struct Piece(Vec<u8>);

impl Piece {
    /// What one put reads ahead, sends and has just sent.
    const MOST_SPARE: usize = PIECES_AHEAD + 2;

    fn new() -> Self {
        let spare = Self::spare().pop();
        Self(spare.unwrap_or_else(|| Vec::with_capacity(FILE_PIECE)))
    }

    fn spare() -> MutexGuard<'static, Vec<Vec<u8>>> {
        static SPARE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
        SPARE.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.0.clear();
        let mut spare = Self::spare();
        if spare.len() < Self::MOST_SPARE {
            spare.push(std::mem::take(&mut self.0));
        }
    }
}

/// A local file that cannot be used.
pub(crate) fn file_error(path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::File, format!("{path:?}: {error}"))
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    async fn collect(mut source: Source) -> Result<Vec<u8>, Error> {
        let mut content = Vec::new();
        while let Some(chunk) = poll_fn(|cx| source.poll_next(cx)).await {
            content.extend_from_slice(&chunk?);
        }
        Ok(content)
    }

    async fn pushed(chunks: &[&'static str], end: bool, declared: u64) -> Result<Vec<u8>, Error> {
        let (sender, receiver) = mpsc::channel(10);
        for chunk in chunks {
            sender.send(Ok(Bytes::from_static(chunk.as_bytes()))).await.unwrap();
        }
        if end {
            sender.send(Ok(Bytes::new())).await.unwrap();
        }
        drop(sender);
        collect(Source::Chunks(Chunks::new(receiver, declared))).await
    }

    #[tokio::test]
    async fn a_stream_must_be_what_it_declared() {
        assert_eq!(pushed(&["ab", "c"], true, 3).await.unwrap(), b"abc");
        assert_eq!(pushed(&[], true, 0).await.unwrap(), b"");
        for (chunks, end, declared) in [
            (&["ab"][..], true, 3),       // ends early
            (&["ab", "cd"][..], true, 3), // longer
            (&["abc", "d"][..], true, 3), // longer, after the declared length
            (&["abc"][..], false, 3),     // abandoned at the last moment
            (&["ab"][..], false, 3),
        ] {
            let error = pushed(chunks, end, declared).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Body, "{chunks:?}");
        }
    }

    #[tokio::test]
    async fn a_file_is_read_from_its_offset_in_pieces() {
        let path = std::env::temp_dir().join(format!("s3kms-upload-{}", std::process::id()));
        let content: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let whole = collect(Source::file(&path, 0, content.len() as u64)).await.unwrap();
        let range = collect(Source::file(&path, 5, 2_000_000)).await.unwrap();
        let beyond = collect(Source::file(&path, 0, content.len() as u64 + 1)).await;
        std::fs::remove_file(&path).unwrap();
        assert!(whole == content && range == content[5..2_000_005]);
        assert_eq!(beyond.unwrap_err().kind(), ErrorKind::File);
        assert_eq!(collect(Source::file(&path, 0, 1)).await.unwrap_err().kind(), ErrorKind::File);
    }
}
