//! Calls in flight, and who is told how each ended: a thread that waits, or the client's completion function.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use s3kms::Error;
use s3kms::session::{CompletionSink, Response};

use crate::completion::Callback;

/// How a call ended.
pub(crate) type Outcome = Result<Response, Error>;

/// The calls of one client that have not completed.
pub(crate) struct Calls {
    callback: Option<Callback>,
    next: AtomicU64,
    closed: AtomicBool,
    waiting: Mutex<HashMap<u64, Receiver>>,
}

/// Who is told.
pub(crate) enum Receiver {
    /// The client's completion function, with the caller's tag and the number of what it asked for.
    Callback {
        /// The caller's tag.
        tag: u64,
        /// One of the `S3KMS_COMPLETION_…` numbers.
        operation: u32,
    },
    /// Threads that wait.
    Slot(Arc<Slot>),
}

impl Calls {
    pub(crate) fn new(callback: Option<Callback>) -> Arc<Self> {
        Arc::new(Self { callback, next: AtomicU64::new(1), closed: AtomicBool::new(false), waiting: Mutex::default() })
    }

    /// Whether the client has a completion function.
    pub(crate) fn has_callback(&self) -> bool {
        self.callback.is_some()
    }

    /// Remembers that the client was closed, for what the session does not know of.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// Whether the client was closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Registers a call, starts it, and forgets it again where it was not accepted.
    pub(crate) fn start<T>(&self, receiver: Receiver, start: impl FnOnce(u64) -> Result<T, Error>) -> Result<T, Error> {
        let tag = self.next.fetch_add(1, Ordering::Relaxed);
        self.waiting().insert(tag, receiver);
        start(tag).inspect_err(|_| {
            self.waiting().remove(&tag);
        })
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, Receiver>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CompletionSink for Calls {
    fn complete(&self, tag: u64, outcome: Outcome) {
        let receiver = self.waiting().remove(&tag);
        match (receiver, &self.callback) {
            (Some(Receiver::Slot(slot)), _) => slot.set(outcome),
            (Some(Receiver::Callback { tag, operation }), Some(callback)) => callback.call(tag, operation, &outcome),
            // Every accepted call is registered, and callbacks only where there is a function.
            (None | Some(Receiver::Callback { .. }), _) => debug_assert!(false, "a completion that nobody awaits"),
        }
    }
}

/// The outcome of a call, once there is one.
#[derive(Default)]
pub(crate) struct Slot {
    outcome: Mutex<Option<Outcome>>,
    ended: Condvar,
}

impl Slot {
    fn set(&self, outcome: Outcome) {
        *self.lock() = Some(outcome);
        self.ended.notify_all();
    }

    /// Waits for the end of the call and takes its outcome, which can be taken once.
    pub(crate) fn wait(&self) -> Outcome {
        let mut outcome = self.lock();
        loop {
            if let Some(outcome) = outcome.take() {
                return outcome;
            }
            outcome = self.ended.wait(outcome).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for the end of the call and leaves its outcome to be taken; the error, if it ended with one.
    pub(crate) fn wait_for_error(&self) -> Option<Error> {
        let mut outcome = self.lock();
        loop {
            match &*outcome {
                Some(outcome) => return outcome.as_ref().err().cloned(),
                None => outcome = self.ended.wait(outcome).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Outcome>> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
