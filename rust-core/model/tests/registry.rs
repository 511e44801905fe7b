//! The registry of calls in flight under loom, which runs every interleaving of its threads: each call that was admitted
//! completes before `wait` returns, none is admitted afterwards, and none escapes the closing's cancel.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::thread;
use registry::Registry;

#[allow(dead_code)]
#[path = "../../src/registry.rs"]
mod registry;

/// What the registry synchronises with: loom's.
mod sync {
    pub(crate) use std::sync::PoisonError;

    pub(crate) use loom::sync::atomic::{AtomicUsize, Ordering};
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};

    pub(crate) const PARTS: usize = 2;
}

/// A second caller makes hours of it.
const CALLERS: u64 = 1;

#[test]
fn closing_waits_for_every_call_that_was_admitted() {
    loom::model(|| {
        let registry = Arc::new(Registry::<()>::new());
        let completed = Arc::new(AtomicUsize::new(0));
        let callers: Vec<_> = (0..CALLERS)
            .map(|id| {
                let (registry, completed) = (registry.clone(), completed.clone());
                thread::spawn(move || {
                    if registry.admit(id, ()) {
                        registry.remove(id);
                        completed.fetch_add(1, Ordering::SeqCst);
                        registry.done();
                    }
                })
            })
            .collect();
        registry.close(|()| {});
        registry.wait();
        let at_end = completed.load(Ordering::SeqCst);
        assert!(!registry.admit(9, ()), "nothing is admitted after the closing");
        for caller in callers {
            caller.join().unwrap();
        }
        assert_eq!(completed.load(Ordering::SeqCst), at_end, "a call completed after the closing had returned");
        assert_eq!(registry.pending(), 0);
    });
}

#[test]
fn no_call_escapes_the_cancel_of_a_closing() {
    loom::model(|| {
        let registry = Arc::new(Registry::<Option<Arc<AtomicBool>>>::new());
        let caller = {
            let registry = registry.clone();
            thread::spawn(move || {
                // As `Session::start` does it: the task exists only after the call was admitted.
                if !registry.admit(1, None) {
                    return None;
                }
                let cancelled = Arc::new(AtomicBool::new(false));
                registry.with(1, |call| *call = Some(cancelled.clone()));
                if registry.is_closed() {
                    cancelled.store(true, Ordering::SeqCst);
                }
                Some(cancelled)
            })
        };
        registry.close(|call| {
            if let Some(cancelled) = call {
                cancelled.store(true, Ordering::SeqCst);
            }
        });
        if let Some(cancelled) = caller.join().unwrap() {
            assert!(cancelled.load(Ordering::SeqCst), "the call would run on");
        }
    });
}
