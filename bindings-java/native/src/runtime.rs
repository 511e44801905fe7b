//! The process's one runtime, built at first use and never torn down.

use once_cell::sync::OnceCell;
use s3kms::Error;
use tokio::runtime::{Handle, Runtime};

use crate::vm;

static RUNTIME: OnceCell<Runtime> = OnceCell::new();

/// The runtime's handle.
///
/// # Errors
/// `Internal` when the system gives no threads.
pub fn handle() -> Result<Handle, Error> {
    let runtime = RUNTIME.get_or_try_init(|| {
        s3kms::session::runtime()
            .on_thread_start(vm::thread_starts)
            .on_thread_stop(vm::thread_stops)
            .build()
            .map_err(|error| Error::internal(format!("no threads could be started: {error}")))
    })?;
    Ok(runtime.handle().clone())
}
