//! Requests in flight, for callers that are told by callback: the C ABI and the JNI layer.
//!
//! A [`Session`] is a client with a runtime and one [`CompletionSink`]. Every accepted call (a `submit`,
//! `write` or `read` that returned `Ok`) ends in **exactly one** completion with the tag that the caller gave: success,
//! error, cancel, close and panic alike. This holds by construction: one task owns the call's [`Ticket`], and the
//! ticket completes when it is used or dropped, never twice.
//!
//! Closing cancels what is in flight and returns after the last completion.
//!
//! Who would only wait for a completion makes a [`call`](Session::call) instead: it runs on his own thread, and returns what
//! came of it. It can be cancelled, and closing ends it, like any other.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::body::{Body, Borrowed, Chunk, DownloadStream, GetBody, Target};
use crate::call::{Begin, Calls, closed};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::generated::{
    ClientConfig, CopyObjectRequest, CopyObjectResult, DeleteObjectRequest, DeleteObjectResult, GetObjectRequest,
    GetObjectResult, HeadObjectRequest, HeadObjectResult, PresignRequest, PresignResult, PutObjectRequest,
    PutObjectResult,
};
use crate::lane;
use crate::ops::PresignBatchResult;

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

    /// Whether all that is to be waited for is the network: files are read by other threads, and what must first be fetched
    /// to sign a request outlives it.
    fn suits_a_lane(&self, client: &Client) -> Result<bool, Error> {
        let (bucket, credentials) = match self {
            Self::PutObject(_, body) if !matches!(body, Body::Bytes(_)) => return Ok(false),
            Self::GetObject(_, Target::File(_)) => return Ok(false),
            Self::PutObjectStream(..) => return Ok(false),
            Self::PutObject(request, _) => (&request.bucket, &request.credentials),
            Self::CopyObject(request) => (&request.bucket, &request.credentials),
            Self::GetObject(request, _) => (&request.bucket, &request.credentials),
            Self::HeadObject(request) => (&request.bucket, &request.credentials),
            Self::DeleteObject(request) => (&request.bucket, &request.credentials),
        };
        Ok(client.at_hand(bucket, credentials.as_ref())?.is_some())
    }

    /// The request, with lent memory as bytes, and what tells that they are no longer used.
    fn lent(self) -> (Self, Option<oneshot::Receiver<()>>) {
        match self {
            Self::PutObject(request, Body::Borrowed(Borrowed { bytes, released })) => {
                (Self::PutObject(request, Body::Bytes(bytes)), Some(released))
            }
            request => (request, None),
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
    Chunk(Chunk),
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

impl RequestId {
    /// The request that [`Session::call`] or [`Session::call_read`] makes with that tag.
    #[must_use]
    pub fn of_call(tag: u64) -> Self {
        Self(tag | CALLED)
    }
}

/// Marks the ids of calls: their caller chooses the rest.
const CALLED: u64 = 1 << 63;

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
    sink: Arc<dyn CompletionSink>,
    calls: Arc<Calls>,
    downloads: Mutex<HashMap<u64, Download>>,
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
        Ok(Self(Arc::new(Inner { client, sink, calls: Arc::new(Calls::new(runtime)), downloads: Mutex::default() })))
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
            request => {
                let (request, lent) = request.lent();
                (request, None, lent)
            }
        };
        let id = self.0.calls.id();
        let brief = request.is_brief();
        self.start(Begin { id, writer, lent, brief }, tag, self.0.run(request))?;
        Ok(RequestId(id))
    }

    /// Runs a request on this thread and returns what came of it. [`RequestId::of_call`] of the tag cancels it, from another
    /// thread; a tag is below 2^63 and not in use by another call.
    ///
    /// # Errors
    /// `Closed`; `Cancelled`; what the request gives.
    pub fn call(&self, request: Request, tag: u64) -> Result<Response, Error> {
        let (request, lent) = request.lent();
        let begin = Begin { id: RequestId::of_call(tag).0, lent, brief: request.is_brief(), ..Begin::default() };
        let suits = request.suits_a_lane(&self.0.client)?;
        self.wait_for(begin, suits, self.0.run(request))
    }

    /// Cancels a request: it completes with `Cancelled`, unless it has ended already. Returns whether it was
    /// still in flight.
    pub fn cancel(&self, id: RequestId) -> bool {
        self.0.calls.cancel(id.0)
    }

    /// Pushes content of a [`Request::PutObjectStream`]. Completes with [`Response::Written`] when the next chunk
    /// may follow: that is the backpressure. One write at a time per request.
    ///
    /// # Errors
    /// `Closed` when the request has ended (its own completion says why). Then there is no completion.
    pub fn write(&self, id: RequestId, chunk: Bytes, tag: u64) -> Result<(), Error> {
        let writer = self.0.calls.writer(id.0).ok_or_else(stream_ended)?;
        let write = async move { writer.write(chunk).await.map(|()| Response::Written) };
        let begin = Begin { id: self.0.calls.id(), brief: true, ..Begin::default() };
        self.start(begin, tag, write)
    }

    /// Declares the end of a [`Request::PutObjectStream`]; call it after the last write has completed. The
    /// request then completes by itself.
    ///
    /// # Errors
    /// `Closed` when the request has ended already.
    pub fn finish(&self, id: RequestId) -> Result<(), Error> {
        let writer = self.0.calls.take_writer(id.0).ok_or_else(stream_ended)?;
        self.0.calls.runtime.spawn(async move {
            // Where the request has ended meanwhile, its completion tells the caller.
            let _ = writer.finish().await;
        });
        Ok(())
    }

    /// Asks for the next content of a download: what has come once something has, `max` bytes and 1 MiB at most. Completes with
    /// [`Response::Chunk`], or with `Cancelled` where the read is cancelled or the stream closed meanwhile: a read that did not
    /// complete with content has taken none. One read at a time per stream.
    ///
    /// # Errors
    /// `Closed` when there is no such stream. Then there is no completion.
    pub fn read(&self, id: StreamId, max: usize, tag: u64) -> Result<RequestId, Error> {
        let begin = Begin { id: self.0.calls.id(), brief: true, ..Begin::default() };
        let call = begin.id;
        let chunk = self.next_chunk(id, max, call)?;
        self.start(begin, tag, async move { chunk.await.map(Response::Chunk) })?;
        Ok(RequestId(call))
    }

    /// The next content of a download where it has come already: nothing is waited for, and there is no completion. Reads,
    /// decrypts and returns what [`Session::read`] would complete with; `None` where that is needed.
    ///
    /// # Errors
    /// `Closed` when there is no such stream; `Body` and `Timeout` where the content could not be read.
    pub fn read_now(&self, id: StreamId, max: usize) -> Result<Option<Chunk>, Error> {
        let stream = self.0.downloads().get(&id.0).map(|download| download.stream.clone()).ok_or_else(stream_closed)?;
        let Ok(mut stream) = stream.try_lock() else { return Ok(None) };
        let _entered = self.0.calls.runtime.enter();
        stream.gather_now(max)
    }

    /// As [`Session::read`], on this thread, as [`Session::call`] does it.
    ///
    /// # Errors
    /// `Closed` when there is no such stream; `Cancelled`; `Body` and `Timeout` where the content could not be read.
    pub fn call_read(&self, id: StreamId, max: usize, tag: u64) -> Result<Chunk, Error> {
        let begin = Begin { id: RequestId::of_call(tag).0, brief: true, ..Begin::default() };
        let chunk = self.next_chunk(id, max, begin.id)?;
        self.wait_for(begin, true, chunk)
    }

    fn next_chunk(
        &self,
        id: StreamId,
        max: usize,
        call: u64,
    ) -> Result<impl Future<Output = Result<Chunk, Error>> + Send + use<>, Error> {
        let mut downloads = self.0.downloads();
        let download = downloads.get_mut(&id.0);
        let download = download.ok_or_else(stream_closed)?;
        download.reader = Some(call);
        let stream = download.stream.clone();
        drop(downloads);
        Ok(async move { stream.lock().await.gather(max).await })
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
        match self.at_once(|client| client.presign_now(&request))? {
            Some(result) => Ok(result),
            None => self.fetching(self.0.client.presign(request)),
        }
    }

    /// As [`Session::presign`], for those who know which headers must be sent: the URL alone.
    ///
    /// # Errors
    /// As [`Session::presign`].
    pub fn presign_url(&self, request: PresignRequest) -> Result<String, Error> {
        match self.at_once(|client| client.presign_url_now(&request))? {
            Some(url) => Ok(url),
            None => self.fetching(self.0.client.presign(request)).map(|result| result.url.unwrap_or_default()),
        }
    }

    /// Signs many URLs of one kind in one call: as [`Session::presign`], with `request` as the template for every key.
    ///
    /// # Errors
    /// As [`Session::presign`]; `InvalidArgument` for `keys` if one is empty. Then none is signed.
    pub fn presign_batch(&self, request: PresignRequest, keys: &[String]) -> Result<PresignBatchResult, Error> {
        match self.at_once(|client| client.presign_batch_now(&request, keys))? {
            Some(result) => Ok(result),
            None => self.fetching(self.0.client.presign_batch(request, keys)),
        }
    }

    /// What can be had without the network.
    fn at_once<T>(&self, what: impl FnOnce(&Client) -> Result<T, Error>) -> Result<T, Error> {
        if self.0.calls.is_closed() {
            return Err(closed());
        }
        what(&self.0.client)
    }

    /// What something must be fetched for first.
    fn fetching<T>(&self, what: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        if on_worker() {
            return Err(Error::new(
                ErrorKind::Credentials,
                "credentials are not loaded yet and cannot be waited for on a completion thread",
            )
            .hint("Presign from a thread of your own"));
        }
        self.0.calls.runtime.block_on(what)
    }

    /// Closes: calls in flight complete with `Cancelled`, and this returns after the last completion. From a
    /// completion (a worker thread) it returns at once, and the rest follows. Closing twice is harmless.
    pub fn close(&self) {
        self.0.calls.close();
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

    fn start(
        &self,
        begin: Begin,
        tag: u64,
        call: impl Future<Output = Result<Response, Error>> + Send + 'static,
    ) -> Result<(), Error> {
        let sink = self.0.sink.clone();
        self.0.calls.start(begin, call, move |outcome| sink.complete(tag, outcome))
    }

    /// Runs a call on this thread where that can be, else on the workers, and waits for its end.
    fn wait_for<T: Send + 'static>(
        &self,
        begin: Begin,
        suits_a_lane: bool,
        call: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        if on_worker() {
            return Err(Error::internal("a completion thread must not wait for a call"));
        }
        let calls = &self.0.calls;
        if let Some(lane) = suits_a_lane.then(lane::take).flatten() {
            return calls.run_on(&lane, begin, call);
        }
        let (sender, receiver) = oneshot::channel();
        calls.start(begin, call, |outcome| drop(sender.send(outcome)))?;
        receiver.blocking_recv().unwrap_or_else(|_| Err(Error::internal("a call ended without an outcome")))
    }
}

impl Inner {
    fn downloads(&self) -> MutexGuard<'_, HashMap<u64, Download>> {
        self.downloads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The call of a request: on the heap at once, because it is thousands of bytes long and on its way to where it runs.
    fn run(self: &Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response, Error>> {
        let inner = self.clone();
        match request {
            Request::PutObject(request, body) => {
                Box::pin(async move { inner.client.put_object(request, body).await.map(Response::PutObject) })
            }
            Request::PutObjectStream(..) => Box::pin(async { Err(Error::internal("a stream is opened by submit")) }),
            Request::CopyObject(request) => {
                Box::pin(async move { inner.client.copy_object(request).await.map(Response::CopyObject) })
            }
            Request::HeadObject(request) => {
                Box::pin(async move { inner.client.head_object(request).await.map(Response::HeadObject) })
            }
            Request::DeleteObject(request) => {
                Box::pin(async move { inner.client.delete_object(request).await.map(Response::DeleteObject) })
            }
            Request::GetObject(request, target) => Box::pin(async move {
                let (result, body) = inner.client.get_object(request, target).await?;
                let content = match body {
                    GetBody::Delivered { length } => Content::Delivered(length),
                    GetBody::Inline(bytes) => Content::Inline(bytes),
                    GetBody::Stream(stream) => Content::Stream(inner.register(stream)?),
                };
                Ok(Response::GetObject(result, content))
            }),
        }
    }

    fn register(&self, stream: DownloadStream) -> Result<StreamId, Error> {
        let id = self.calls.id();
        let stream = Arc::new(tokio::sync::Mutex::new(stream));
        let mut downloads = self.downloads();
        if self.calls.is_closed() {
            return Err(closed());
        }
        downloads.insert(id, Download { stream, reader: None });
        Ok(StreamId(id))
    }
}

fn stream_closed() -> Error {
    Error::new(ErrorKind::Closed, "the stream is closed")
}

fn stream_ended() -> Error {
    Error::new(ErrorKind::Closed, "the request of this stream has ended")
}

fn on_worker() -> bool {
    Handle::try_current().is_ok()
}
