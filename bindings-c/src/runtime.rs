//! The one tokio runtime of the process.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use once_cell::sync::OnceCell;
use s3kms::{Error, ErrorKind};
use tokio::runtime::{Builder, Handle, Runtime};

static RUNTIME: OnceCell<Runtime> = OnceCell::new();

/// More would only compete with the application: one worker moves several hundred MiB/s.
const MAX_WORKERS: usize = 4;

/// The runtime, built at the first client.
pub(crate) fn handle() -> Result<&'static Handle, Error> {
    RUNTIME.get_or_try_init(build).map(Runtime::handle)
}

/// Refuses what would wait for a completion on the thread that has to run it.
pub(crate) fn refuse_on_worker(call: &str) -> Result<(), Error> {
    if Handle::try_current().is_ok() {
        return Err(Error::new(ErrorKind::InvalidArgument, format!("{call} blocks and was called from a completion"))
            .hint("Use the _submit form, or call from a thread of your own"));
    }
    Ok(())
}

fn build() -> Result<Runtime, Error> {
    // Half of the processors: the application has work to do with what is read, and a worker that is alone on its requests
    // wakes no other one for them.
    let workers = thread::available_parallelism().map_or(1, |processors| (processors.get() / 2).clamp(1, MAX_WORKERS));
    let number = AtomicUsize::new(1);
    Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_name_fn(move || format!("s3kms-{}", number.fetch_add(1, Ordering::Relaxed)))
        .enable_all()
        .build()
        .map_err(|e| Error::internal(format!("worker threads could not be started: {e}")))
}
