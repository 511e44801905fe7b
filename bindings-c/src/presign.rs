//! Presign.

use s3kms::PresignRequest;

use crate::client::{self, s3kms_client};
use crate::error::{entry, s3kms_error};
use crate::generated::{s3kms_presign_request, s3kms_presign_result};
use crate::{arena, read};

/// Signs a URL with which somebody without credentials can run one request for a limited time. Nothing is sent. Whoever
/// uses the URL must send every header of `signed_headers` exactly so.
///
/// @param client      the client.
/// @param request     what to permit. Read during the call only.
/// @param out_result  receives the URL and the headers: yours, to be freed with `s3kms_presign_result_free`.
/// @return NULL, or an error that you free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_presign(
    client: *const s3kms_client,
    request: *const s3kms_presign_request,
    out_result: *mut *mut s3kms_presign_result,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract; every text is copied.
        let (client, request, place) = unsafe {
            (
                client::client(client)?,
                read::required(request, "request")?.flat()?,
                read::place(out_result, "out_result")?,
            )
        };
        let result = client.session.presign(PresignRequest::try_from(request)?)?;
        *place = arena::hand_out(|arena| s3kms_presign_result::new(&result, arena));
        Ok(())
    })
}
