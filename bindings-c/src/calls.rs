//! Calls in flight, and who is told how each ended: a thread that waits, or the client's completion function.

use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use s3kms::Error;
use s3kms::session::{CompletionSink, Response};

use crate::completion::Callback;
use crate::runtime;
use crate::target::Buffer;

/// How a call ended.
pub(crate) type Outcome = Result<Response, Error>;

/// Where the ends of one client's calls go.
pub(crate) struct Calls {
    callback: Option<Callback>,
    closed: AtomicBool,
}

/// Who is told.
pub(crate) enum Receiver {
    /// The client's completion function, with the caller's tag and the number of what it asked for.
    Callback {
        /// The caller's tag.
        tag: u64,
        /// One of the `S3KMS_COMPLETION_…` numbers.
        operation: u32,
        /// Where the chunk of a read goes.
        room: Option<Buffer>,
    },
    /// Threads that wait.
    Slot(Arc<Slot>),
}

impl Receiver {
    /// The tag of a call: where its receiver stands. No table of calls is needed, and no lock around one.
    fn into_tag(self) -> u64 {
        Box::into_raw(Box::new(self)).expose_provenance() as u64
    }

    /// The receiver of a tag.
    ///
    /// # Safety
    /// The tag came from [`Receiver::into_tag`] and is redeemed once.
    unsafe fn from_tag(tag: u64) -> Self {
        let address = usize::try_from(tag).expect("a tag is an address");
        // SAFETY: the address is that of a box that was leaked into the tag, and nobody else takes it back.
        *unsafe { Box::<Self>::from_raw(ptr::with_exposed_provenance_mut(address)) }
    }
}

impl Calls {
    pub(crate) fn new(callback: Option<Callback>) -> Arc<Self> {
        Arc::new(Self { callback, closed: AtomicBool::new(false) })
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
}

/// Starts a call of the session whose sink is a [`Calls`], and gives up its receiver where it was not accepted.
pub(crate) fn start<T>(receiver: Receiver, start: impl FnOnce(u64) -> Result<T, Error>) -> Result<T, Error> {
    let tag = receiver.into_tag();
    start(tag).inspect_err(|_| {
        // SAFETY: made above; a call that the session refused has no completion, which would redeem it.
        drop(unsafe { Receiver::from_tag(tag) });
    })
}

/// A tag for a call that runs on the thread that waits for it; nobody cancels those.
pub(crate) fn tag() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Starts a call and waits for its end.
pub(crate) fn wait(name: &'static str, start: impl FnOnce(u64) -> Result<(), Error>) -> Outcome {
    runtime::refuse_on_worker(name)?;
    let slot = Arc::<Slot>::default();
    self::start(Receiver::Slot(slot.clone()), start)?;
    slot.wait()
}

impl CompletionSink for Calls {
    fn complete(&self, tag: u64, outcome: Outcome) {
        // SAFETY: the session completes each call that it accepted exactly once, with the tag that `start` made for it.
        match (unsafe { Receiver::from_tag(tag) }, &self.callback) {
            (Receiver::Slot(slot), _) => slot.set(outcome),
            (Receiver::Callback { tag, operation, room }, Some(callback)) => {
                callback.call(tag, operation, &outcome.and_then(|response| delivered(response, room)));
            }
            // Callbacks are accepted only where there is a function.
            (Receiver::Callback { .. }, None) => debug_assert!(false, "a completion that nobody awaits"),
        }
    }
}

/// Brings the chunk of a read to where it goes.
fn delivered(response: Response, room: Option<Buffer>) -> Outcome {
    if let (Response::Chunk(chunk), Some(room)) = (&response, room) {
        room.fill(chunk)?;
    }
    Ok(response)
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
