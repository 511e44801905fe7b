//! Runtimes for calls that run on the thread that waits for them.
//!
//! A lane is a runtime of one thread: whoever holds it runs a call on it, and waits for the network himself. So nothing
//! is handed from thread to thread. What outlives the call must not be started on a lane, because nobody drives a lane
//! that is idle: [`lasting`] is where that goes. Sockets and timers belong to the lane on which they were used last.

use std::cell::RefCell;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};

/// A lane costs three file descriptors; more callers than this wait for a worker instead.
const MOST: u64 = 64;
/// The number of no lane.
pub(crate) const NONE: u64 = 0;

/// Used last is used next: its memory is warm, and its sockets are those that were used last.
static IDLE: Mutex<Vec<Lane>> = Mutex::new(Vec::new());
static COUNT: AtomicU64 = AtomicU64::new(NONE);

struct Lane {
    runtime: Runtime,
    number: u64,
}

thread_local! {
    /// The lane that this thread drives, and the runtime of what outlives its call.
    static DRIVEN: RefCell<Option<(u64, Handle)>> = const { RefCell::new(None) };
}

/// The number of the lane that this thread drives.
pub(crate) fn current() -> u64 {
    DRIVEN.with_borrow(|driven| driven.as_ref().map_or(NONE, |(number, _)| *number))
}

/// The runtime for what outlives the call.
pub(crate) fn lasting() -> Option<Handle> {
    let driven = DRIVEN.with_borrow(|driven| driven.as_ref().map(|(_, lasting)| lasting.clone()));
    driven.or_else(|| Handle::try_current().ok())
}

/// A lane of one's own, until it is dropped.
pub(crate) struct Held(Option<Lane>);

/// A lane, unless too many are in use.
pub(crate) fn take() -> Option<Held> {
    if let Some(lane) = idle().pop() {
        return Some(Held(Some(lane)));
    }
    let number = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
    let runtime = if number > MOST { None } else { Builder::new_current_thread().enable_all().build().ok() };
    if runtime.is_none() {
        COUNT.fetch_sub(1, Ordering::Relaxed);
    }
    runtime.map(|runtime| Held(Some(Lane { runtime, number })))
}

impl Held {
    /// Runs a future to its end on this thread.
    pub(crate) fn run<F: Future>(&self, lasting: &Handle, future: F) -> Option<F::Output> {
        let lane = self.0.as_ref()?;
        DRIVEN.set(Some((lane.number, lasting.clone())));
        let _driving = Driving;
        Some(lane.runtime.block_on(future))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        idle().extend(self.0.take());
    }
}

/// Also a panic ends the driving.
struct Driving;

impl Drop for Driving {
    fn drop(&mut self) {
        DRIVEN.set(None);
    }
}

fn idle() -> MutexGuard<'static, Vec<Lane>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}
