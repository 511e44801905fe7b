//! Which calls are in flight, and the waiting for their end.
//!
//! The order of steps is what matters here, so `model/tests/registry.rs` runs this file under loom, which tries every
//! interleaving; `super::sync` is std there or loom.

use std::collections::HashMap;

use super::sync::{AtomicUsize, Condvar, Mutex, MutexGuard, Ordering, PARTS, PoisonError};

const CLOSED: usize = 1 << (usize::BITS - 1);

/// Calls by their id. A call is `admit`ted, then `remove`d before it completes, then `done` when it has.
pub(crate) struct Registry<T> {
    /// The number of calls that are not done, and `CLOSED`: one word, so that the two change in one order.
    state: AtomicUsize,
    /// Calls come in from many threads and end on others: each part has a lock of its own.
    parts: [Mutex<HashMap<u64, T>>; PARTS],
    waiting: Mutex<()>,
    idle: Condvar,
}

impl<T> Registry<T> {
    pub(crate) fn new() -> Self {
        Self {
            state: AtomicUsize::new(0),
            parts: std::array::from_fn(|_| Mutex::new(HashMap::new())),
            waiting: Mutex::new(()),
            idle: Condvar::new(),
        }
    }

    /// Takes a call in; false once closed.
    pub(crate) fn admit(&self, id: u64, call: T) -> bool {
        if self.state.fetch_add(1, Ordering::AcqRel) & CLOSED != 0 {
            self.done();
            return false;
        }
        self.part(id).insert(id, call);
        true
    }

    /// The call, while it is in flight.
    pub(crate) fn with<R>(&self, id: u64, what: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.part(id).get_mut(&id).map(what)
    }

    /// Takes a call out, before it completes.
    pub(crate) fn remove(&self, id: u64) -> Option<T> {
        self.part(id).remove(&id)
    }

    /// A call has completed.
    pub(crate) fn done(&self) {
        if self.state.fetch_sub(1, Ordering::AcqRel) == CLOSED | 1 {
            drop(lock(&self.waiting)); // whoever looked at the count before waits by now
            self.idle.notify_all();
        }
    }

    /// Admits no more, and shows every call in flight to `cancel`. A call that is being started meanwhile sees
    /// `is_closed` when it has started.
    pub(crate) fn close(&self, mut cancel: impl FnMut(&mut T)) {
        self.state.fetch_or(CLOSED, Ordering::AcqRel);
        for part in &self.parts {
            lock(part).values_mut().for_each(&mut cancel);
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Calls that are not done.
    pub(crate) fn pending(&self) -> usize {
        self.state.load(Ordering::Acquire) & !CLOSED
    }

    /// Returns when every call is done; after `close`.
    pub(crate) fn wait(&self) {
        let mut waiting = lock(&self.waiting);
        while self.pending() > 0 {
            waiting = self.idle.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn part(&self, id: u64) -> MutexGuard<'_, HashMap<u64, T>> {
        #[allow(clippy::cast_possible_truncation)] // the low bits are what is wanted
        lock(&self.parts[id as usize % PARTS])
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
