//! Which calls are in flight, and the waiting for their end.
//!
//! The order of steps is what matters here, so `tests/registry_model.rs` runs this file under loom, which tries every
//! interleaving; `super::sync` is std there or loom.

use std::collections::HashMap;

use super::sync::{AtomicBool, AtomicUsize, Condvar, Mutex, MutexGuard, Ordering, PoisonError};

/// Calls come in from many threads and end on others: each part has a lock of its own.
const PARTS: usize = 8;

/// Calls by their id. A call is `admit`ted, then `remove`d before it completes, then `done` when it has.
pub(crate) struct Registry<T> {
    closed: AtomicBool,
    /// Calls that are not done.
    pending: AtomicUsize,
    parts: [Mutex<HashMap<u64, T>>; PARTS],
    waiting: Mutex<()>,
    idle: Condvar,
}

impl<T> Registry<T> {
    pub(crate) fn new() -> Self {
        Self {
            closed: AtomicBool::new(false),
            pending: AtomicUsize::new(0),
            parts: std::array::from_fn(|_| Mutex::new(HashMap::new())),
            waiting: Mutex::new(()),
            idle: Condvar::new(),
        }
    }

    /// Takes a call in; false once closed.
    pub(crate) fn admit(&self, id: u64, call: T) -> bool {
        // Counted first: a `close` that does not see the call in its part waits for it.
        self.pending.fetch_add(1, Ordering::SeqCst);
        if self.is_closed() {
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
        if self.pending.fetch_sub(1, Ordering::SeqCst) == 1 && self.is_closed() {
            drop(lock(&self.waiting)); // whoever is about to wait has looked at the count, or waits
            self.idle.notify_all();
        }
    }

    /// Admits no more, and shows every call in flight to `cancel`. A call that is being started meanwhile sees
    /// `is_closed` when it has started.
    pub(crate) fn close(&self, mut cancel: impl FnMut(&mut T)) {
        self.closed.store(true, Ordering::SeqCst);
        for part in &self.parts {
            lock(part).values_mut().for_each(&mut cancel);
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Calls that are not done.
    pub(crate) fn pending(&self) -> usize {
        self.pending.load(Ordering::SeqCst)
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
