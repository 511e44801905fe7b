//! Runtimes for calls that run on the thread that waits for them.
//!
//! A lane is a runtime of one thread: whoever holds it runs a call on it, and waits for the network himself. So nothing
//! is handed from thread to thread. What outlives the call must not be started on a lane, because nobody drives a lane
//! that is idle: [`lasting`] is where that goes. Sockets and timers belong to the lane on which they were used last.

use std::cell::RefCell;
use std::future::Future;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};

/// A lane costs three file descriptors; more callers than this wait for a worker instead.
const MOST: usize = 64;
/// The number of no lane.
pub(crate) const NONE: u64 = 0;

/// Used last is used next: its memory is warm, and its sockets are those that were used last.
static IDLE: Mutex<Vec<Arc<Lane>>> = Mutex::new(Vec::new());
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// Never given twice: a socket would take a driver for its own that does not know it.
static NEXT: AtomicU64 = AtomicU64::new(NONE + 1);

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
pub(crate) struct Held(Arc<Lane>);

/// A lane, unless too many are in use.
pub(crate) fn take() -> Option<Held> {
    if let Some(lane) = idle().pop() {
        return Some(Held(lane));
    }
    let fits = COUNT.fetch_add(1, Ordering::Relaxed) < MOST;
    let runtime = fits.then(|| Builder::new_current_thread().enable_all().build().ok()).flatten();
    let Some(runtime) = runtime else {
        COUNT.fetch_sub(1, Ordering::Relaxed);
        return None;
    };
    Some(Held(Arc::new(Lane { runtime, number: NEXT.fetch_add(1, Ordering::Relaxed) })))
}

impl Held {
    /// Runs a future to its end on this thread.
    pub(crate) fn run<F: Future>(&self, lasting: &Handle, future: F) -> F::Output {
        DRIVEN.set(Some((self.0.number, lasting.clone())));
        let _driving = Driving;
        self.0.runtime.block_on(future)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        idle().push(self.0.clone());
    }
}

/// Also a panic ends the driving.
struct Driving;

impl Drop for Driving {
    fn drop(&mut self) {
        DRIVEN.set(None);
    }
}

fn idle() -> MutexGuard<'static, Vec<Arc<Lane>>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_used_again_and_bounded_and_a_panic_ends_the_driving() {
        let lasting = tokio::runtime::Runtime::new().unwrap();
        let held: Vec<_> = std::iter::from_fn(take).collect();
        assert!((1..=MOST).contains(&held.len()));
        let numbers: std::collections::HashSet<_> =
            held.iter().map(|lane| lane.run(lasting.handle(), async { current() })).collect();
        assert_eq!(numbers.len(), held.len());
        assert!(!numbers.contains(&NONE) && current() == NONE);
        drop(held);
        let lane = take().unwrap();
        let panic = std::panic::AssertUnwindSafe(|| lane.run(lasting.handle(), async { panic!("the test's own") }));
        assert!(std::panic::catch_unwind(panic).is_err());
        assert_eq!(current(), NONE);
        assert!(numbers.contains(&lane.run(lasting.handle(), async { current() })));
    }
}
