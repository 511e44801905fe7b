//! Get.

use s3kms::session::{Content, Request, Response};
use s3kms::{Error, GetObjectRequest, Target};

use crate::client::{self, s3kms_client};
use crate::download::s3kms_download;
use crate::error::{entry, s3kms_error};
use crate::generated::{S3KMS_OPERATION_GET_OBJECT, s3kms_get_object_request, s3kms_get_object_result};
use crate::target::{self, s3kms_target};
use crate::{arena, read};

/// Reads an object and waits for it: with a file or memory as target until all content is there, with a stream until
/// the content begins.
///
/// @param client        the client.
/// @param request       what to read. Read during the call only.
/// @param target        where the content goes; NULL: a stream.
/// @param out_result    receives what S3 says of the object: yours, to be freed with `s3kms_get_object_result_free`. May be
///                      NULL.
/// @param out_length    receives the number of bytes delivered to the file or memory; 0 for a stream. May be NULL.
/// @param out_download  receives the stream: yours, to be read with `s3kms_download_read` and freed with
///                      `s3kms_download_free`; NULL with another target. Must not be NULL where the target is a stream.
/// @return NULL, or an error that you free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_get_object(
    client: *const s3kms_client,
    request: *const s3kms_get_object_request,
    target: *const s3kms_target,
    out_result: *mut *mut s3kms_get_object_result,
    out_length: *mut u64,
    out_download: *mut *mut s3kms_download,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract; the memory of the target is not used after the wait below.
        let (client, request, target, result_place, length_place) = unsafe {
            (
                client::client(client)?,
                self::request(request)?,
                target::target(target)?,
                out_result.as_mut(),
                out_length.as_mut(),
            )
        };
        let download_place = match target {
            // SAFETY: by the crate's contract.
            Target::Stream => Some(unsafe { read::place(out_download, "out_download") }?),
            // SAFETY: by the crate's contract.
            _ => unsafe { out_download.as_mut() },
        };
        let request = Request::GetObject(request, target);
        let Response::GetObject(result, content) = client.run("s3kms_get_object", request)? else {
            return Err(Error::internal("a get was answered with the response of another operation"));
        };
        let (length, download) = match content {
            Content::Delivered(length) => (length, None),
            content => (0, Some(s3kms_download::new(client.clone(), content))),
        };
        if let Some(place) = download_place {
            *place = download.map_or(std::ptr::null_mut(), |download| Box::into_raw(Box::new(download)));
        }
        if let Some(place) = length_place {
            *place = length;
        }
        if let Some(place) = result_place {
            *place = arena::hand_out(|arena| s3kms_get_object_result::new(&result, arena));
        }
        Ok(())
    })
}

/// Begins to read an object. The completion function is told its end, with the content in `content`: small content comes
/// inline, larger content is a stream to read with `s3kms_download_read_submit`.
///
/// @param client          the client, which has a completion function.
/// @param request         what to read. Read during the call only.
/// @param target          where the content goes; NULL: a stream. The memory of `S3KMS_TARGET_BUFFER` must stay until the
///                        completion.
/// @param tag             handed to the completion function as it is.
/// @param out_request_id  receives the id, for `s3kms_cancel`. May be NULL. The completion may come before this function
///                        returns.
/// @return NULL: there will be one completion; or an error that you free: there will be none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_get_object_submit(
    client: *const s3kms_client,
    request: *const s3kms_get_object_request,
    target: *const s3kms_target,
    tag: u64,
    out_request_id: *mut u64,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract; the memory of the target stays until the completion, as the header says.
        let (client, request, target, place) = unsafe {
            (client::client(client)?, self::request(request)?, target::target(target)?, out_request_id.as_mut())
        };
        client.submit_request(S3KMS_OPERATION_GET_OBJECT, tag, Request::GetObject(request, target), place)
    })
}

/// The core's request.
///
/// # Safety
/// By the crate's contract.
unsafe fn request(request: *const s3kms_get_object_request) -> Result<GetObjectRequest, Error> {
    // SAFETY: the same contract; every text is copied.
    unsafe { read::required(request, "request")?.flat() }.and_then(GetObjectRequest::try_from)
}
