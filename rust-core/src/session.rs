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
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};

use crate::body::{Body, BodyWriter, Borrowed, DownloadStream, GetBody, Target};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::generated::{
    ClientConfig, CopyObjectRequest, CopyObjectResult, DeleteObjectRequest, DeleteObjectResult, GetObjectRequest,
    GetObjectResult, HeadObjectRequest, HeadObjectResult, PresignRequest, PresignResult, PutObjectRequest,
    PutObjectResult,
};
use crate::ops::PresignBatchResult;

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
    state: Mutex<State>,
    idle: Condvar,
    /// Turns true once, when the session closes.
    closing: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    closed: bool,
    /// Calls that have not completed, of every kind.
    pending: usize,
    requests: HashMap<u64, InFlight>,
    downloads: HashMap<u64, Arc<tokio::sync::Mutex<DownloadStream>>>,
}

struct InFlight {
    cancel: watch::Sender<bool>,
    writer: Option<BodyWriter>,
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
            state: Mutex::default(),
            idle: Condvar::new(),
            closing: watch::Sender::new(false),
        })))
    }

    /// Starts a request. Its completion bears `tag`.
    ///
    /// # Errors
    /// `Closed`. Then there is no completion.
    pub fn submit(&self, request: Request, tag: u64) -> Result<RequestId, Error> {
        let id = self.0.next_id.fetch_add(1, Ordering::Relaxed);
        let (cancel, cancelled) = watch::channel(false);
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
        let mut ticket = self.ticket(tag, Some((id, InFlight { cancel, writer })))?;
        ticket.lent = lent;
        let inner = self.0.clone();
        self.spawn(ticket, cancelled, async move { inner.run(request).await });
        Ok(RequestId(id))
    }

    /// Cancels a request: it completes with `Cancelled`, unless it has ended already. Returns whether it was
    /// still in flight.
    pub fn cancel(&self, id: RequestId) -> bool {
        self.state().requests.get(&id.0).is_some_and(|flight| flight.cancel.send(true).is_ok())
    }

    /// Pushes content of a [`Request::PutObjectStream`]. Completes with [`Response::Written`] when the next chunk
    /// may follow: that is the backpressure. One write at a time per request.
    ///
    /// # Errors
    /// `Closed` when the request has ended (its own completion says why). Then there is no completion.
    pub fn write(&self, id: RequestId, chunk: Bytes, tag: u64) -> Result<(), Error> {
        let (writer, cancelled) = self.writer(id)?;
        let ticket = self.ticket(tag, None)?;
        self.spawn(ticket, cancelled, async move { writer.write(chunk).await.map(|()| Response::Written) });
        Ok(())
    }

    /// Declares the end of a [`Request::PutObjectStream`]; call it after the last write has completed. The
    /// request then completes by itself.
    ///
    /// # Errors
    /// `Closed` when the request has ended already.
    pub fn finish(&self, id: RequestId) -> Result<(), Error> {
        let (writer, _) = self.writer(id)?;
        if let Some(flight) = self.state().requests.get_mut(&id.0) {
            flight.writer = None;
        }
        self.0.runtime.spawn(async move {
            // Where the request has ended meanwhile, its completion tells the caller.
            let _ = writer.finish().await;
        });
        Ok(())
    }

    /// Asks for the next content of a download: at most `max` bytes. Completes with [`Response::Chunk`]. One read at a
    /// time per stream.
    ///
    /// # Errors
    /// `Closed` when there is no such stream. Then there is no completion.
    pub fn read(&self, id: StreamId, max: usize, tag: u64) -> Result<(), Error> {
        let stream = self.state().downloads.get(&id.0).cloned();
        let stream = stream.ok_or_else(|| Error::new(ErrorKind::Closed, "the stream is closed"))?;
        let ticket = self.ticket(tag, None)?;
        let cancelled = self.0.closing.subscribe();
        self.spawn(ticket, cancelled, async move {
            let chunk = stream.lock().await.next(max).await?;
            Ok(Response::Chunk(chunk.unwrap_or_default()))
        });
        Ok(())
    }

    /// Releases a download, read to its end or not. Unknown and closed ids are ignored.
    pub fn close_stream(&self, id: StreamId) {
        let stream = self.state().downloads.remove(&id.0);
        // Dropping a body may wake the connection's task: that wants the runtime, and not our lock.
        let _entered = self.0.runtime.enter();
        drop(stream);
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
        if self.state().closed {
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
        let downloads = {
            let mut state = self.state();
            state.closed = true;
            std::mem::take(&mut state.downloads)
        };
        self.0.closing.send_replace(true);
        for flight in self.state().requests.values() {
            flight.cancel.send_replace(true);
        }
        let entered = self.0.runtime.enter();
        drop(downloads);
        drop(entered);
        if !on_worker() {
            let mut state = self.state();
            while state.pending > 0 {
                state = self.0.idle.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Calls that have not completed.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.state().pending
    }

    fn writer(&self, id: RequestId) -> Result<(BodyWriter, watch::Receiver<bool>), Error> {
        let state = self.state();
        let flight = state.requests.get(&id.0);
        flight
            .and_then(|flight| Some((flight.writer.clone()?, flight.cancel.subscribe())))
            .ok_or_else(|| Error::new(ErrorKind::Closed, "the request of this stream has ended"))
    }

    fn ticket(&self, tag: u64, request: Option<(u64, InFlight)>) -> Result<Ticket, Error> {
        let mut state = self.state();
        if state.closed {
            return Err(closed());
        }
        state.pending += 1;
        let id = request.map(|(id, flight)| {
            state.requests.insert(id, flight);
            id
        });
        drop(state);
        Ok(Ticket { inner: self.0.clone(), id, tag, outcome: None, lent: None })
    }

    fn spawn(
        &self,
        ticket: Ticket,
        mut cancelled: watch::Receiver<bool>,
        call: impl Future<Output = Result<Response, Error>> + Send + 'static,
    ) {
        self.0.runtime.spawn(async move {
            let mut ticket = ticket;
            let call = AssertUnwindSafe(call).catch_unwind();
            let outcome = tokio::select! {
                biased;
                outcome = call => outcome.unwrap_or_else(|_| Err(Error::internal("the request panicked"))),
                _ = cancelled.wait_for(|cancelled| *cancelled) => {
                    Err(Error::new(ErrorKind::Cancelled, "the request was cancelled"))
                }
            };
            ticket.outcome = Some(outcome);
            // Lent memory may still stand in a connection's write buffer: the caller gets it back when it does not.
            if let Some(released) = ticket.lent.take() {
                let _ = released.await;
            }
        });
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state()
    }
}

impl Inner {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let mut state = self.state();
        if state.closed {
            return Err(closed());
        }
        state.downloads.insert(id, Arc::new(tokio::sync::Mutex::new(stream)));
        Ok(StreamId(id))
    }
}

/// The right, and the duty, to complete one call.
struct Ticket {
    inner: Arc<Inner>,
    /// The request, where the call is one.
    id: Option<u64>,
    tag: u64,
    outcome: Option<Result<Response, Error>>,
    /// Tells that memory which the caller lent is no longer used.
    lent: Option<oneshot::Receiver<()>>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let flight = self.inner.state().requests.remove(&id);
            drop(flight);
        }
        // A task that the runtime dropped has no outcome: its runtime was shut down.
        let outcome =
            self.outcome.take().unwrap_or_else(|| Err(Error::new(ErrorKind::Cancelled, "the runtime was shut down")));
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| self.inner.sink.complete(self.tag, outcome)));
        let mut state = self.inner.state();
        state.pending -= 1;
        if state.pending == 0 {
            self.inner.idle.notify_all();
        }
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the client is closed").hint("Build a new client")
}

fn on_worker() -> bool {
    Handle::try_current().is_ok()
}
