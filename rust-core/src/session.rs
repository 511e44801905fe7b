//! Requests in flight, for callers that are told by callback: the C ABI and the JNI layer.
//!
//! A [`Session`] is a client with a runtime and one [`CompletionSink`]. Every accepted call (a `submit`,
//! `write` or `read` that returned `Ok`) ends in **exactly one** completion with the tag that the caller gave: success,
//! error, cancel, close and panic alike. This holds by construction: one task owns the call's [`Ticket`], and the
//! ticket completes when it is used or dropped, never twice.
//!
//! Closing cancels what is in flight and returns after the last completion.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use async_task::{Runnable, Task};
use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::body::{Body, BodyWriter, Borrowed, DownloadStream, GetBody, Target};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::generated::{
    ClientConfig, CopyObjectRequest, CopyObjectResult, DeleteObjectRequest, DeleteObjectResult, GetObjectRequest,
    GetObjectResult, HeadObjectRequest, HeadObjectResult, PresignRequest, PresignResult, PutObjectRequest,
    PutObjectResult,
};
use crate::ops::PresignBatchResult;
use crate::registry::Registry;

/// The runtime that sessions of one process share, for a boundary to complete and build.
///
/// It has a thread for two processors, and four at most: the application has work to do with what is read, and a thread that is
/// alone on its requests wakes no other one for them. Measured on two processors with 16 puts of 1 KiB in flight, two threads
/// cost a third more CPU than one and are no faster; one thread moves several hundred MiB/s.
#[must_use]
pub fn runtime() -> tokio::runtime::Builder {
    const MOST_THREADS: usize = 4;
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .worker_threads((processors / 2).clamp(1, MOST_THREADS))
        .thread_name_fn(|| format!("s3kms-{}", NUMBER.fetch_add(1, Ordering::Relaxed)))
        .enable_all();
    builder
}

/// What is to be done.
#[derive(Debug)]
pub enum Request {
    /// Store an object.
    PutObject(PutObjectRequest, Body),
    /// Store an object whose content is pushed with [`Session::write`] and [`Session::finish`]; the total
    /// length where it is known.
    PutObjectStream(PutObjectRequest, Option<u64>),
    /// Copy an object.
    CopyObject(CopyObjectRequest),
    /// Read an object.
    GetObject(GetObjectRequest, Target),
    /// Read an object's metadata.
    HeadObject(HeadObjectRequest),
    /// Delete an object.
    DeleteObject(DeleteObjectRequest),
}

impl Request {
    /// Whether what comes before the network is little enough to be done on the calling thread: it is a hash of the
    /// content, at most.
    fn is_brief(&self) -> bool {
        const LITTLE: usize = 64 << 10;
        match self {
            Self::PutObject(_, Body::Bytes(bytes)) => bytes.len() <= LITTLE,
            _ => true,
        }
    }
}

/// What came of it.
#[derive(Debug)]
pub enum Response {
    /// An object was stored.
    PutObject(PutObjectResult),
    /// An object was copied.
    CopyObject(CopyObjectResult),
    /// An object was found; its content is inline, delivered, or the stream of that id.
    GetObject(GetObjectResult, Content),
    /// An object was found.
    HeadObject(HeadObjectResult),
    /// An object was deleted.
    DeleteObject(DeleteObjectResult),
    /// A chunk was taken from the caller, who may push the next.
    Written,
    /// The next content of a download, empty at its end.
    Chunk(Bytes),
}

/// The content of a get across the boundary.
#[derive(Debug)]
pub enum Content {
    /// It went to the file or sink that the request named; this many bytes.
    Delivered(u64),
    /// All of it.
    Inline(Bytes),
    /// Read it with [`Session::read`], then [`Session::close_stream`].
    Stream(StreamId),
}

/// A request in flight. Never 0.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct RequestId(pub u64);

/// A download being read. Never 0.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct StreamId(pub u64);

/// Is told how each call ended.
pub trait CompletionSink: Send + Sync + 'static {
    /// The call of that tag ended. Runs on a worker thread: return soon and do not block. Must not panic.
    fn complete(&self, tag: u64, outcome: Result<Response, Error>);
}

/// A client whose calls end in completions. Cheap to clone; clones are the same session.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    client: Client,
    runtime: Handle,
    sink: Arc<dyn CompletionSink>,
    next_id: AtomicU64,
    calls: Registry<InFlight>,
    downloads: Mutex<HashMap<u64, Download>>,
}

/// A call that has not completed.
struct InFlight {
    /// Dropping it drops the call. Absent until the call has started.
    task: Option<Task<()>>,
    writer: Option<BodyWriter>,
}

struct Download {
    stream: Arc<tokio::sync::Mutex<DownloadStream>>,
    /// The call that reads it.
    reader: Option<u64>,
}

impl Session {
    /// A session over a new client.
    ///
    /// # Errors
    /// What [`Client::new`] refuses.
    pub fn new(config: ClientConfig, runtime: Handle, sink: Arc<dyn CompletionSink>) -> Result<Self, Error> {
        let client = {
            let _entered = runtime.enter();
            Client::new(config)?
        };
        Ok(Self(Arc::new(Inner {
            client,
            runtime,
            sink,
            next_id: AtomicU64::new(1),
            calls: Registry::new(),
            downloads: Mutex::default(),
        })))
    }

    /// Starts a request. Its completion bears `tag`.
    ///
    /// # Errors
    /// `Closed`. Then there is no completion.
    pub fn submit(&self, request: Request, tag: u64) -> Result<RequestId, Error> {
        let (request, writer, lent) = match request {
            Request::PutObjectStream(request, length) => {
                let (writer, body) = Body::stream(length);
                (Request::PutObject(request, body), Some(writer), None)
            }
            Request::PutObject(request, Body::Borrowed(Borrowed { bytes, released })) => {
                (Request::PutObject(request, Body::Bytes(bytes)), None, Some(released))
            }
            request => (request, None, None),
        };
        let inner = self.0.clone();
        let brief = request.is_brief();
        self.start(self.0.id(), tag, writer, lent, brief, async move { inner.run(request).await }).map(RequestId)
    }

    /// Cancels a request: it completes with `Cancelled`, unless it has ended already. Returns whether it was
    /// still in flight.
    pub fn cancel(&self, id: RequestId) -> bool {
        let call = self.0.calls.with(id.0, |call| call.task.take());
        call.is_some() // dropped here, outside the registry's lock
    }

    /// Pushes content of a [`Request::PutObjectStream`]. Completes with [`Response::Written`] when the next chunk
    /// may follow: that is the backpressure. One write at a time per request.
    ///
    /// # Errors
    /// `Closed` when the request has ended (its own completion says why). Then there is no completion.
    pub fn write(&self, id: RequestId, chunk: Bytes, tag: u64) -> Result<(), Error> {
        let writer = self.0.calls.with(id.0, |call| call.writer.clone()).flatten().ok_or_else(stream_ended)?;
        let write = async move { writer.write(chunk).await.map(|()| Response::Written) };
        self.start(self.0.id(), tag, None, None, true, write).map(|_| ())
    }

    /// Declares the end of a [`Request::PutObjectStream`]; call it after the last write has completed. The
    /// request then completes by itself.
    ///
    /// # Errors
    /// `Closed` when the request has ended already.
    pub fn finish(&self, id: RequestId) -> Result<(), Error> {
        let writer = self.0.calls.with(id.0, |call| call.writer.take()).flatten().ok_or_else(stream_ended)?;
        self.0.runtime.spawn(async move {
            // Where the request has ended meanwhile, its completion tells the caller.
            let _ = writer.finish().await;
        });
        Ok(())
    }

    /// Asks for the next content of a download: at most `max` bytes. Completes with [`Response::Chunk`], or with
    /// `Cancelled` where the stream is closed meanwhile. One read at a time per stream.
    ///
    /// # Errors
    /// `Closed` when there is no such stream. Then there is no completion.
    pub fn read(&self, id: StreamId, max: usize, tag: u64) -> Result<(), Error> {
        let call = self.0.id();
        let stream = {
            let mut downloads = self.0.downloads();
            let download = downloads.get_mut(&id.0);
            let download = download.ok_or_else(|| Error::new(ErrorKind::Closed, "the stream is closed"))?;
            download.reader = Some(call);
            download.stream.clone()
        };
        let read = async move {
            let chunk = stream.lock().await.next(max).await?;
            Ok(Response::Chunk(chunk.unwrap_or_default()))
        };
        self.start(call, tag, None, None, true, read).map(|_| ())
    }

    /// Releases a download, read to its end or not; a read that waits ends with `Cancelled`. Unknown and closed ids are
    /// ignored.
    pub fn close_stream(&self, id: StreamId) {
        let download = self.0.downloads().remove(&id.0);
        let reader = download.as_ref().and_then(|download| download.reader);
        if let Some(reader) = reader {
            self.cancel(RequestId(reader));
        }
    }

    /// Signs a URL: local, on the calling thread. Only where credentials must first be fetched from a provider
    /// does it wait for them.
    ///
    /// # Errors
    /// `InvalidArgument`, `Credentials`, `Closed`.
    pub fn presign(&self, request: PresignRequest) -> Result<PresignResult, Error> {
        let now = self.0.client.presign_now(&request);
        self.locally(now, self.0.client.presign(request))
    }

    /// Signs many URLs of one kind in one call: as [`Session::presign`], with `request` as the template for every key.
    ///
    /// # Errors
    /// As [`Session::presign`]; `InvalidArgument` for `keys` if one is empty. Then none is signed.
    pub fn presign_batch(&self, request: PresignRequest, keys: &[String]) -> Result<PresignBatchResult, Error> {
        let now = self.0.client.presign_batch_now(&request, keys);
        self.locally(now, self.0.client.presign_batch(request, keys))
    }

    /// What a call without the network gives; where something must be fetched first, after that.
    fn locally<T>(
        &self,
        now: Result<Option<T>, Error>,
        later: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        if self.0.calls.is_closed() {
            return Err(closed());
        }
        match now? {
            Some(result) => Ok(result),
            None if on_worker() => Err(Error::new(
                ErrorKind::Credentials,
                "credentials are not loaded yet and cannot be waited for on a completion thread",
            )
            .hint("Presign from a thread of your own")),
            None => self.0.runtime.block_on(later),
        }
    }

    /// Closes: calls in flight complete with `Cancelled`, and this returns after the last completion. From a
    /// completion (a worker thread) it returns at once, and the rest follows. Closing twice is harmless.
    pub fn close(&self) {
        let mut tasks = Vec::new();
        self.0.calls.close(|call| tasks.extend(call.task.take()));
        drop(tasks);
        let downloads = std::mem::take(&mut *self.0.downloads());
        drop(downloads);
        if !on_worker() {
            self.0.calls.wait();
        }
    }

    /// Calls that have not completed.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.0.calls.pending()
    }

    /// Runs a call as a task of its own, which is dropped where the call is cancelled.
    ///
    /// A call whose beginning is `brief` begins on the calling thread: its request is sent when this returns, and no
    /// worker is woken for that. Whatever comes then, the completion above all, is a worker's.
    fn start(
        &self,
        id: u64,
        tag: u64,
        writer: Option<BodyWriter>,
        lent: Option<oneshot::Receiver<()>>,
        brief: bool,
        call: impl Future<Output = Result<Response, Error>> + Send + 'static,
    ) -> Result<u64, Error> {
        let calls = &self.0.calls;
        if !calls.admit(id, InFlight { task: None, writer }) {
            return Err(closed());
        }
        let ticket = Ticket { inner: self.0.clone(), id, tag, outcome: None, lent };
        let runtime = self.0.runtime.clone();
        let resume = move |runnable: Runnable| {
            runtime.spawn(async move { runnable.run() });
        };
        let (runnable, task) = async_task::spawn(Run { call, ticket }.finish(brief), resume);
        if brief {
            let _entered = self.0.runtime.enter();
            runnable.run();
        } else {
            runnable.schedule();
        }
        let mut task = Some(task);
        calls.with(id, |call| call.task = task.take());
        match task {
            Some(ended) => ended.detach(),
            None if calls.is_closed() => {
                self.cancel(RequestId(id)); // the closing may have come before the task
            }
            None => {}
        }
        Ok(id)
    }
}

/// A call's task. Dropped at whatever point, the call goes before the ticket: what it holds of the caller's memory is
/// released when the completion says so.
struct Run<F> {
    call: F,
    ticket: Ticket,
}

impl<F: Future<Output = Result<Response, Error>>> Run<F> {
    async fn finish(self, begun_by_caller: bool) {
        let mut ticket = self.ticket;
        let call = AssertUnwindSafe(self.call).catch_unwind();
        let outcome = if begun_by_caller { after_first_poll(call).await } else { call.await };
        ticket.outcome = Some(outcome.unwrap_or_else(|_| Err(Error::internal("the request panicked"))));
        // Lent memory may still stand in a connection's write buffer: the caller gets it back when it does not.
        if let Some(released) = ticket.lent.take() {
            let _ = released.await;
        }
    }
}

/// What a future gives, but not from its first poll: that is the caller's, and the rest another thread's.
async fn after_first_poll<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut is_first = true;
    let mut early = None;
    std::future::poll_fn(move |cx| {
        if let Some(output) = early.take() {
            return Poll::Ready(output);
        }
        let polled = future.as_mut().poll(cx);
        if !std::mem::take(&mut is_first) {
            return polled;
        }
        if let Poll::Ready(output) = polled {
            early = Some(output);
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    })
    .await
}

impl Inner {
    fn id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    fn downloads(&self) -> MutexGuard<'_, HashMap<u64, Download>> {
        self.downloads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(&self, request: Request) -> Result<Response, Error> {
        match request {
            Request::PutObject(request, body) => self.client.put_object(request, body).await.map(Response::PutObject),
            Request::PutObjectStream(..) => Err(Error::internal("a stream is opened by submit")),
            Request::CopyObject(request) => self.client.copy_object(request).await.map(Response::CopyObject),
            Request::HeadObject(request) => self.client.head_object(request).await.map(Response::HeadObject),
            Request::DeleteObject(request) => self.client.delete_object(request).await.map(Response::DeleteObject),
            Request::GetObject(request, target) => {
                let (result, body) = self.client.get_object(request, target).await?;
                let content = match body {
                    GetBody::Delivered { length } => Content::Delivered(length),
                    GetBody::Inline(bytes) => Content::Inline(bytes),
                    GetBody::Stream(stream) => Content::Stream(self.register(stream)?),
                };
                Ok(Response::GetObject(result, content))
            }
        }
    }

    fn register(&self, stream: DownloadStream) -> Result<StreamId, Error> {
        let id = self.id();
        let stream = Arc::new(tokio::sync::Mutex::new(stream));
        let mut downloads = self.downloads();
        if self.calls.is_closed() {
            return Err(closed());
        }
        downloads.insert(id, Download { stream, reader: None });
        Ok(StreamId(id))
    }
}

/// The right, and the duty, to complete one call.
struct Ticket {
    inner: Arc<Inner>,
    id: u64,
    tag: u64,
    outcome: Option<Result<Response, Error>>,
    /// Tells that memory which the caller lent is no longer used.
    lent: Option<oneshot::Receiver<()>>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        drop(self.inner.calls.remove(self.id));
        // A task that was dropped before its end has no outcome: it was cancelled, or its runtime was shut down.
        let outcome =
            self.outcome.take().unwrap_or_else(|| Err(Error::new(ErrorKind::Cancelled, "the request was cancelled")));
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| self.inner.sink.complete(self.tag, outcome)));
        self.inner.calls.done();
    }
}

fn stream_ended() -> Error {
    Error::new(ErrorKind::Closed, "the request of this stream has ended")
}

fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the client is closed").hint("Build a new client")
}

fn on_worker() -> bool {
    Handle::try_current().is_ok()
}
