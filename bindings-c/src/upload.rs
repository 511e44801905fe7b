//! Uploads whose content the caller pushes.

use std::sync::Arc;

use bytes::Bytes;
use s3kms::session::{Request, RequestId};
use s3kms::{Error, ErrorKind};

use crate::abi::s3kms_opt_i64;
use crate::calls::{self, Slot};
use crate::client::{self, Inner, s3kms_client};
use crate::completion::S3KMS_COMPLETION_UPLOAD_WRITE;
use crate::error::{entry, quietly, s3kms_error};
use crate::generated::{s3kms_put_object_request, s3kms_put_object_result};
use crate::{arena, put, read, runtime};

/// Largest piece that a blocking write copies at a time, so that a large write does not hold its content twice.
const PIECE: usize = 1 << 20;

/// An upload that is being pushed by blocking calls. One thread at a time.
#[cfg_attr(feature = "inventory", interoptopus::ffi(opaque))]
pub struct s3kms_upload {
    client: Inner,
    id: RequestId,
    slot: Arc<Slot>,
    /// Its outcome was given to the caller.
    ended: bool,
}

/// Begins to store one object whose content is pushed with `s3kms_upload_write`.
///
/// @param client      the client.
/// @param request     what to store. Read during the call only.
/// @param length      total number of bytes, where it is known; absent: large content becomes a multipart upload.
/// @param out_upload  receives the upload: yours, to be freed with `s3kms_upload_free`.
/// @return NULL, or an error that you free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_put_object_start(
    client: *const s3kms_client,
    request: *const s3kms_put_object_request,
    length: s3kms_opt_i64,
    out_upload: *mut *mut s3kms_upload,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract.
        let (client, request, place) =
            unsafe { (client::client(client)?, put::request(request)?, read::place(out_upload, "out_upload")?) };
        let length = read::length(length, "length")?;
        let (id, slot) = client.begin(Request::PutObjectStream(request, length))?;
        let upload = s3kms_upload { client: client.clone(), id, slot, ended: false };
        *place = Box::into_raw(Box::new(upload));
        Ok(())
    })
}

/// Pushes content; waits while the network is behind. Where the upload has failed, its error is returned here.
///
/// @param upload  the upload.
/// @param data    first byte; copied during the call.
/// @param len     number of bytes.
/// @return NULL, or an error that you free. After an error, free the upload.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_upload_write(
    upload: *mut s3kms_upload,
    data: *const u8,
    len: usize,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract.
        let (upload, data) = unsafe { (read::place(upload, "upload")?, read::bytes(data, len, "data")?) };
        upload.check()?;
        for piece in data.chunks(PIECE) {
            let written = calls::wait("s3kms_upload_write", |tag| {
                upload.client.session.write(upload.id, Bytes::copy_from_slice(piece), tag)
            });
            written.map_err(|error| upload.reason(error))?;
        }
        Ok(())
    })
}

/// Says that all content was pushed and waits for the answer.
///
/// @param upload      the upload. Still to be freed.
/// @param out_result  receives the result: yours, to be freed with `s3kms_put_object_result_free`. May be NULL.
/// @return NULL, or an error that you free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_upload_complete(
    upload: *mut s3kms_upload,
    out_result: *mut *mut s3kms_put_object_result,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract.
        let (upload, place) = unsafe { (read::place(upload, "upload")?, out_result.as_mut()) };
        upload.check()?;
        runtime::refuse_on_worker("s3kms_upload_complete")?;
        // Where the request has ended already, its own outcome says why.
        let _ = upload.client.session.finish(upload.id);
        upload.ended = true;
        let result = put::result(upload.slot.wait()?)?;
        if let Some(place) = place {
            *place = result;
        } else {
            // SAFETY: handed out just now, and to nobody.
            unsafe { arena::free(result) };
        }
        Ok(())
    })
}

/// Frees an upload. One that was not completed is aborted: nothing is stored.
///
/// @param upload  the upload, or NULL, which is ignored. No other thread may be in a call with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_upload_free(upload: *mut s3kms_upload) {
    if upload.is_null() {
        return;
    }
    quietly(|| {
        // SAFETY: it came from s3kms_put_object_start and is freed once, by the crate's contract.
        let upload = unsafe { Box::from_raw(upload) };
        if !upload.ended {
            upload.client.session.cancel(upload.id);
        }
    });
}

impl s3kms_upload {
    fn check(&self) -> Result<(), Error> {
        if self.ended {
            return Err(Error::new(ErrorKind::Closed, "the upload was completed already")
                .hint("Start another one with s3kms_put_object_start"));
        }
        Ok(())
    }

    /// Why a write was not taken: what the request itself ended with. It has stopped reading, so that it ends by itself.
    fn reason(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::Closed => self.slot.wait_for_error().unwrap_or(error),
            _ => error,
        }
    }
}

/// Pushes content of a submitted upload. The completion function is told when the next chunk may follow: that is how
/// memory stays bounded. One write at a time.
///
/// @param client      the client.
/// @param request_id  id that `s3kms_put_object_submit` reported.
/// @param data        first byte; copied during the call. Chunks of 64 KiB to 1 MiB are best.
/// @param len         number of bytes.
/// @param tag         handed to the completion function as it is.
/// @return NULL: there will be one completion (`S3KMS_COMPLETION_UPLOAD_WRITE`); or an error that you free: there will be
///         none. `S3KMS_ERROR_CLOSED`: the upload has ended, and its own completion says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_upload_write_submit(
    client: *const s3kms_client,
    request_id: u64,
    data: *const u8,
    len: usize,
    tag: u64,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract.
        let (client, data) = unsafe { (client::client(client)?, read::bytes(data, len, "data")?) };
        let chunk = Bytes::copy_from_slice(data);
        client.submit(S3KMS_COMPLETION_UPLOAD_WRITE, tag, None, |tag| {
            client.session.write(RequestId(request_id), chunk, tag)
        })
    })
}

/// Says that all content of a submitted upload was pushed; call it after the last write has completed. The completion
/// of the upload follows.
///
/// @param client      the client.
/// @param request_id  id that `s3kms_put_object_submit` reported.
/// @return NULL, or an error that you free. `S3KMS_ERROR_CLOSED`: the upload has ended, and its own completion says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_upload_finish(client: *const s3kms_client, request_id: u64) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract.
        unsafe { client::client(client) }?.session.finish(RequestId(request_id))
    })
}
