//! The one tokio runtime of the process.

use once_cell::sync::OnceCell;
use s3kms::session::runtime;
use s3kms::{Error, ErrorKind};
use tokio::runtime::{Handle, Runtime};

static RUNTIME: OnceCell<Runtime> = OnceCell::new();

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
    runtime().build().map_err(|error| Error::internal(format!("worker threads could not be started: {error}")))
}
