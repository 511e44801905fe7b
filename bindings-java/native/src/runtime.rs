//! The process's one runtime, built at first use and never torn down: its threads are daemons to the JVM.

use once_cell::sync::OnceCell;
use s3kms::Error;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::vm;

/// More threads than this do not make requests faster; they wait for the network most of the time.
const MOST_WORKERS: usize = 4;

/// One thread for two cores: Java's threads, which start requests and take results, want the others. Measured on two cores, with
/// 16 small puts in flight: two threads that wake one another cost a third more CPU than one, and are no faster.
fn workers() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores / 2).clamp(1, MOST_WORKERS)
}

static RUNTIME: OnceCell<Runtime> = OnceCell::new();

/// The runtime's handle.
///
/// # Errors
/// `Internal` when the system gives no threads.
pub fn handle() -> Result<Handle, Error> {
    let runtime = RUNTIME.get_or_try_init(|| {
        Builder::new_multi_thread()
            .worker_threads(workers())
            .thread_name_fn(thread_name)
            .on_thread_start(vm::attach_daemon)
            .on_thread_stop(vm::detach)
            .enable_all()
            .build()
            .map_err(|error| Error::internal(format!("no threads could be started: {error}")))
    })?;
    Ok(runtime.handle().clone())
}

fn thread_name() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NUMBER: AtomicUsize = AtomicUsize::new(1);
    format!("s3kms-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}
