//! The client handle.

use std::ffi::c_void;
use std::sync::Arc;

use s3kms::session::{Request, RequestId, Response, Session};
use s3kms::{ClientConfig, Error, ErrorKind};

use crate::calls::{self, Calls, Receiver, Slot};
use crate::completion::{Callback, s3kms_completion_fn};
use crate::error::{entry, quietly, s3kms_error};
use crate::generated::s3kms_client_config;
use crate::target::Buffer;
use crate::{read, runtime};

/// A client: configuration, credentials, connections. Threads may use one client at the same time; one client for
/// the whole process is best, because its connections are then shared.
#[cfg_attr(feature = "inventory", interoptopus::ffi(opaque))]
pub struct s3kms_client {
    inner: Inner,
}

/// What the handles of uploads and downloads share with the client. Outlives the client's own handle, closed.
#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) session: Session,
    calls: Arc<Calls>,
}

impl Inner {
    /// Closes the session; see `s3kms_client_close`.
    fn close(&self) {
        self.calls.close();
        self.session.close();
    }

    /// Whether the client was closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.calls.is_closed()
    }

    /// Runs a request and waits for its end.
    pub(crate) fn run(&self, call: &'static str, request: Request) -> Result<Response, Error> {
        runtime::refuse_on_worker(call)?;
        self.session.call(request, calls::tag())
    }

    /// Starts a request whose end somebody will wait for.
    pub(crate) fn begin(&self, request: Request) -> Result<(RequestId, Arc<Slot>), Error> {
        let slot = Arc::<Slot>::default();
        let id = calls::start(Receiver::Slot(slot.clone()), |tag| self.session.submit(request, tag))?;
        Ok((id, slot))
    }

    /// Starts a call whose end the completion function is told.
    pub(crate) fn submit<T>(
        &self,
        operation: u32,
        tag: u64,
        room: Option<Buffer>,
        start: impl FnOnce(u64) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if !self.calls.has_callback() {
            return Err(Error::new(ErrorKind::InvalidArgument, "the client has no completion function")
                .hint("Give s3kms_client_new a completion function, or use the blocking form"));
        }
        calls::start(Receiver::Callback { tag, operation, room }, start)
    }

    /// Starts a request whose end the completion function is told, and reports its id.
    pub(crate) fn submit_request(
        &self,
        operation: u32,
        tag: u64,
        request: Request,
        out_request_id: Option<&mut u64>,
    ) -> Result<(), Error> {
        let id = self.submit(operation, tag, None, |tag| self.session.submit(request, tag))?;
        if let Some(place) = out_request_id {
            *place = id.0;
        }
        Ok(())
    }
}

/// The client behind an argument.
///
/// # Safety
/// By the crate's contract: null, or a client that was not freed and is not freed during the call.
pub(crate) unsafe fn client<'a>(client: *const s3kms_client) -> Result<&'a Inner, Error> {
    // SAFETY: the same contract.
    unsafe { read::required(client, "client") }.map(|client| &client.inner)
}

/// Builds a client. Nothing is sent: wrong credentials or an endpoint that cannot be reached show at the first request.
///
/// @param config      how to reach S3. Read during the call only. NULL is refused; a zeroed one takes everything from the
///                    environment.
/// @param completion  told how each submitted request ended, or NULL where only blocking forms are used. Runs on a worker
///                    thread of the library, several at a time: return soon, do not block, do not let an exception
///                    escape.
/// @param context     handed to `completion` as it is. Must stay valid until `s3kms_client_close` or `s3kms_client_free`
///                    has returned on a thread of yours.
/// @param out_client  receives the client: yours, to be freed with `s3kms_client_free`. Untouched on an error.
/// @return NULL, or an error that you free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_client_new(
    config: *const s3kms_client_config,
    completion: s3kms_completion_fn,
    context: *mut c_void,
    out_client: *mut *mut s3kms_client,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract; the texts of the configuration are copied before this returns.
        let (place, config) =
            unsafe { (read::place(out_client, "out_client")?, read::required(config, "config")?.flat()?) };
        let config = ClientConfig::try_from(config)?;
        let calls = Calls::new(completion.map(|function| Callback::new(function, context)));
        let session = Session::new(config, runtime::handle()?.clone(), calls.clone())?;
        *place = Box::into_raw(Box::new(s3kms_client { inner: Inner { session, calls } }));
        Ok(())
    })
}

/// Closes a client: requests in flight end with `S3KMS_ERROR_CANCELLED`, and the call returns after the last completion.
/// Afterwards every use of the client, its uploads and its downloads is refused with `S3KMS_ERROR_CLOSED`. Closing twice is
/// harmless. From a completion it returns at once, and the rest follows.
///
/// @param client  the client. Still to be freed.
/// @return NULL, or an error that you free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_client_close(client: *const s3kms_client) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract.
        unsafe { self::client(client) }?.close();
        Ok(())
    })
}

/// Closes a client, as `s3kms_client_close` does, and frees it. No other thread may be in a call with it. Uploads and
/// downloads that are still open are closed; their handles remain yours to free.
///
/// @param client  the client, or NULL, which is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_client_free(client: *mut s3kms_client) {
    if client.is_null() {
        return;
    }
    quietly(|| {
        // SAFETY: it came from s3kms_client_new and is freed once, by the crate's contract.
        let client = unsafe { Box::from_raw(client) };
        client.inner.close();
    });
}

/// Cancels a submitted request: it completes with `S3KMS_ERROR_CANCELLED`, unless it has ended already. There is one
/// completion either way.
///
/// @param client         the client.
/// @param request_id     id that the submitting function reported.
/// @param out_cancelled  receives 1 where the request was still in flight, else 0. May be NULL.
/// @return NULL, or an error that you free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_cancel(
    client: *const s3kms_client,
    request_id: u64,
    out_cancelled: *mut u8,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract.
        let (client, place) = unsafe { (self::client(client)?, out_cancelled.as_mut()) };
        let cancelled = client.session.cancel(RequestId(request_id));
        if let Some(place) = place {
            *place = cancelled.into();
        }
        Ok(())
    })
}
