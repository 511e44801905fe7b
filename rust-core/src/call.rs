//! How the calls of a session run: as a task of its own, or on the thread that waits for it. Either way a call ends once.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use async_task::{Runnable, Task};
use futures_util::FutureExt as _;
use futures_util::future::{AbortHandle, Abortable};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::body::BodyWriter;
use crate::error::{Error, ErrorKind};
use crate::lane;
use crate::registry::Registry;

/// The calls in flight of one session.
pub(crate) struct Calls {
    pub(crate) runtime: Handle,
    registry: Registry<InFlight>,
    next: AtomicU64,
}

/// A call that has not completed.
struct InFlight {
    /// Dropping it drops the call. Absent until the call has started.
    hold: Option<Hold>,
    /// Also what has not started may be cancelled.
    cancelled: bool,
    writer: Option<BodyWriter>,
}

impl InFlight {
    fn new(hold: Option<Hold>, writer: Option<BodyWriter>) -> Self {
        Self { hold, cancelled: false, writer }
    }

    /// What must be dropped to cancel it, outside the registry's lock.
    fn cancel(&mut self) -> Option<Hold> {
        self.cancelled = true;
        self.hold.take()
    }
}

enum Hold {
    Task(#[expect(dead_code, reason = "dropped to cancel")] Task<()>),
    Lane(AbortHandle),
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Self::Lane(call) = self {
            call.abort();
        }
    }
}

/// A call that is to begin.
#[derive(Default)]
pub(crate) struct Begin {
    pub id: u64,
    pub writer: Option<BodyWriter>,
    /// Tells that memory which the caller lent is no longer used.
    pub lent: Option<oneshot::Receiver<()>>,
    /// It does little before it waits for the network.
    pub brief: bool,
}

impl Calls {
    pub(crate) fn new(runtime: Handle) -> Self {
        Self { runtime, registry: Registry::new(), next: AtomicU64::new(1) }
    }

    /// A number that is not yet in use.
    pub(crate) fn id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Runs a call as a task of its own, which is dropped where the call is cancelled. `told` gets the outcome, once, on a
    /// worker's thread.
    ///
    /// A call whose beginning is `brief` begins on the calling thread: its request is sent when this returns, and no
    /// worker is woken for that. Whatever comes then, the completion above all, is a worker's.
    pub(crate) fn start<T: Send + 'static>(
        self: &Arc<Self>,
        begin: Begin,
        call: impl Future<Output = Result<T, Error>> + Send + 'static,
        told: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) -> Result<(), Error> {
        let Begin { id, writer, lent, brief } = begin;
        let calls = &self.registry;
        if !calls.admit(id, InFlight::new(None, writer)) {
            return Err(closed());
        }
        let ticket = Ticket { calls: self.clone(), id, outcome: None, told: Some(told), lent };
        let runtime = self.runtime.clone();
        let resume = move |runnable: Runnable| {
            runtime.spawn(async move { runnable.run() });
        };
        let (runnable, task) = async_task::spawn(Run { call, ticket }.finish(brief), resume);
        if brief {
            let _entered = self.runtime.enter();
            runnable.run();
        } else {
            runnable.schedule();
        }
        let mut task = Some(task);
        let in_flight = calls.with(id, |call| {
            if !call.cancelled {
                call.hold = task.take().map(Hold::Task);
            }
        });
        match task {
            Some(ended) if in_flight.is_none() => ended.detach(),
            Some(cancelled) => drop(cancelled),
            None if calls.is_closed() => {
                self.cancel(id); // the closing may have come before the task
            }
            None => {}
        }
        Ok(())
    }

    /// Runs a call on this thread.
    pub(crate) fn run_on<T>(
        &self,
        lane: &lane::Held,
        begin: Begin,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Begin { id, writer, lent, .. } = begin;
        let (hold, registration) = AbortHandle::new_pair();
        if !self.registry.admit(id, InFlight::new(Some(Hold::Lane(hold)), writer)) {
            return Err(closed());
        }
        let _place = Place { calls: self, id };
        if self.registry.is_closed() {
            self.cancel(id); // the closing may have come before the call
        }
        let call = AssertUnwindSafe(call).catch_unwind();
        let outcome = lane.run(&self.runtime, async move {
            let outcome = Abortable::new(call, registration).await; // and the call is gone, before lent memory is back
            if let Some(released) = lent {
                let _ = released.await;
            }
            outcome
        });
        match outcome {
            Ok(outcome) => outcome.unwrap_or_else(|_| Err(panicked())),
            Err(_aborted) => Err(cancelled()),
        }
    }

    /// Drops a call; returns whether it was in flight.
    pub(crate) fn cancel(&self, id: u64) -> bool {
        let hold = self.registry.with(id, InFlight::cancel);
        hold.is_some()
    }

    /// The writer of a call in flight.
    pub(crate) fn writer(&self, id: u64) -> Option<BodyWriter> {
        self.registry.with(id, |call| call.writer.clone()).flatten()
    }

    /// The writer of a call in flight, for the last time.
    pub(crate) fn take_writer(&self, id: u64) -> Option<BodyWriter> {
        self.registry.with(id, |call| call.writer.take()).flatten()
    }

    /// Admits no more, and drops those in flight.
    pub(crate) fn close(&self) {
        let mut holds = Vec::new();
        self.registry.close(|call| holds.extend(call.cancel()));
    }

    /// Returns when every call has ended; after `close`.
    pub(crate) fn wait(&self) {
        self.registry.wait();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.registry.is_closed()
    }

    pub(crate) fn pending(&self) -> usize {
        self.registry.pending()
    }
}

/// The place of a call that runs here, until it has ended.
struct Place<'a> {
    calls: &'a Calls,
    id: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        drop(self.calls.registry.remove(self.id));
        self.calls.registry.done();
    }
}

/// A call's task. Dropped at whatever point, the call goes before the ticket: what it holds of the caller's memory is
/// released when the completion says so.
struct Run<F, T, C: FnOnce(Result<T, Error>)> {
    call: F,
    ticket: Ticket<T, C>,
}

impl<T, F: Future<Output = Result<T, Error>>, C: FnOnce(Result<T, Error>)> Run<F, T, C> {
    /// The first poll of what `begun_by_caller` ends nothing, because the rest is another thread's. What it gave is kept by the
    /// ticket: a cancel that comes from then on is too late, and loses nothing.
    async fn finish(self, begun_by_caller: bool) {
        let mut ticket = self.ticket;
        let mut call = std::pin::pin!(AssertUnwindSafe(self.call).catch_unwind());
        let mut is_first = begun_by_caller;
        std::future::poll_fn(|cx| {
            if ticket.outcome.is_none() {
                match call.as_mut().poll(cx) {
                    Poll::Ready(outcome) => ticket.outcome = Some(outcome.unwrap_or_else(|_| Err(panicked()))),
                    Poll::Pending => {
                        is_first = false;
                        return Poll::Pending;
                    }
                }
            }
            if std::mem::take(&mut is_first) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
        // Lent memory may still stand in a connection's write buffer: the caller gets it back when it does not.
        if let Some(released) = ticket.lent.take() {
            let _ = released.await;
        }
    }
}

/// The right, and the duty, to complete one call.
struct Ticket<T, C: FnOnce(Result<T, Error>)> {
    calls: Arc<Calls>,
    id: u64,
    outcome: Option<Result<T, Error>>,
    told: Option<C>,
    lent: Option<oneshot::Receiver<()>>,
}

impl<T, C: FnOnce(Result<T, Error>)> Drop for Ticket<T, C> {
    fn drop(&mut self) {
        drop(self.calls.registry.remove(self.id));
        // A task that was dropped before its end has no outcome: it was cancelled, or its runtime was shut down.
        let outcome = self.outcome.take().unwrap_or_else(|| Err(cancelled()));
        if let Some(told) = self.told.take() {
            let _ = std::panic::catch_unwind(AssertUnwindSafe(|| told(outcome)));
        }
        self.calls.registry.done();
    }
}

pub(crate) fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the client is closed").hint("Build a new client")
}

fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "the request was cancelled")
}

fn panicked() -> Error {
    Error::internal("the request panicked")
}
