//! The process's one runtime, built at first use and never torn down: its threads are daemons to the JVM.

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
            .on_thread_start(vm::attach_daemon)
            .on_thread_stop(vm::detach)
            .build()
            .map_err(|error| Error::internal(format!("no threads could be started: {error}")))
    })?;
    Ok(runtime.handle().clone())
}
