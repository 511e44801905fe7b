//! Put.

use s3kms::session::{Request, Response};
use s3kms::{Error, PutObjectRequest};

use crate::arena;
use crate::body::{self, Content, s3kms_body};
use crate::client::{self, s3kms_client};
use crate::error::{entry, s3kms_error};
use crate::generated::{S3KMS_OPERATION_PUT_OBJECT, s3kms_put_object_request, s3kms_put_object_result};
use crate::read;

/// Stores one object and waits for the answer.
///
/// @param client      the client.
/// @param request     what to store. Read during the call only.
/// @param body        the content; NULL: no bytes. Used during the call only. `S3KMS_BODY_STREAM` is refused: push content
///                    with `s3kms_put_object_start`.
/// @param out_result  receives the result: yours, to be freed with `s3kms_put_object_result_free`. May be NULL.
/// @return NULL, or an error that you free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_put_object(
    client: *const s3kms_client,
    request: *const s3kms_put_object_request,
    body: *const s3kms_body,
    out_result: *mut *mut s3kms_put_object_result,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract; the memory of the body is not used after the wait below.
        let (client, request, content, place) =
            unsafe { (client::client(client)?, self::request(request)?, body::content(body)?, out_result.as_mut()) };
        let Content::Ready(body) = content else {
            return Err(Error::invalid("body.kind", "s3kms_put_object cannot take a stream: nobody could push to it")
                .hint("Use s3kms_put_object_start, s3kms_upload_write and s3kms_upload_complete"));
        };
        let result = result(client.run("s3kms_put_object", Request::PutObject(request, body))?)?;
        if let Some(place) = place {
            *place = result;
        } else {
            // SAFETY: handed out just now, and to nobody.
            unsafe { arena::free(result) };
        }
        Ok(())
    })
}

/// Begins to store one object. The completion function is told its end.
///
/// @param client          the client, which has a completion function.
/// @param request         what to store. Read during the call only.
/// @param body            the content; NULL: no bytes. The memory of `S3KMS_BODY_BYTES` must stay until the completion.
///                        With `S3KMS_BODY_STREAM`, push it with `s3kms_upload_write_submit`, then
///                        `s3kms_upload_finish`.
/// @param tag             handed to the completion function as it is.
/// @param out_request_id  receives the id, for `s3kms_cancel` and for pushing. May be NULL. The completion may come before
///                        this function returns.
/// @return NULL: there will be one completion; or an error that you free: there will be none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_put_object_submit(
    client: *const s3kms_client,
    request: *const s3kms_put_object_request,
    body: *const s3kms_body,
    tag: u64,
    out_request_id: *mut u64,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract; the memory of the body stays until the completion, as the header says.
        let (client, request, content, place) = unsafe {
            (client::client(client)?, self::request(request)?, body::content(body)?, out_request_id.as_mut())
        };
        let request = match content {
            Content::Ready(body) => Request::PutObject(request, body),
            Content::Stream(length) => Request::PutObjectStream(request, length),
        };
        client.submit_request(S3KMS_OPERATION_PUT_OBJECT, tag, request, place)
    })
}

/// The core's request.
///
/// # Safety
/// By the crate's contract.
pub(crate) unsafe fn request(request: *const s3kms_put_object_request) -> Result<PutObjectRequest, Error> {
    // SAFETY: the same contract; every text is copied.
    unsafe { read::required(request, "request")?.flat() }.and_then(PutObjectRequest::try_from)
}

/// The result in C's form, which the caller of the library will own.
pub(crate) fn result(response: Response) -> Result<*mut s3kms_put_object_result, Error> {
    match response {
        Response::PutObject(result) => Ok(arena::hand_out(|arena| s3kms_put_object_result::new(&result, arena))),
        _ => Err(Error::internal("a put was answered with the response of another operation")),
    }
}
