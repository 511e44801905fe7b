//! Presign.

use std::slice;

use s3kms::{Error, PresignBatchResult, PresignRequest};

use crate::abi::{s3kms_opt_i64, s3kms_pairs, s3kms_str};
use crate::arena::Arena;
use crate::client::{self, s3kms_client};
use crate::error::{entry, quietly, s3kms_error};
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

/// Many URLs of one kind. The texts belong to this struct and live as long as it does.
#[repr(C)]
#[cfg_attr(feature = "inventory", interoptopus::ffi)]
pub struct s3kms_presign_batch_result {
    /// First of the URLs, in the order of the keys. Treat them as secrets until they expire.
    pub urls: *const s3kms_str,
    /// Number of URLs: that of the keys.
    pub url_count: usize,
    /// Headers that whoever uses one of the URLs must send exactly so: the same for all of them.
    pub signed_headers: s3kms_pairs,
    /// When the URLs expire. Milliseconds since 1970, UTC. Absent where there is no URL.
    pub expires_at: s3kms_opt_i64,
}

impl s3kms_presign_batch_result {
    fn new(result: &PresignBatchResult, arena: &mut Arena) -> Self {
        Self {
            urls: arena.texts(&result.urls),
            url_count: result.urls.len(),
            signed_headers: arena.pairs(&result.signed_headers),
            expires_at: result.expires_at.map(s3kms::to_millis).into(),
        }
    }
}

/// Signs one URL for each of many keys, as `s3kms_presign` does, in one call: what the URLs have in common is worked out
/// once. All or none: where one key is refused there is an error and no result.
///
/// @param client      the client.
/// @param request     what to permit; its `key` is not used. Read during the call only.
/// @param keys        first of the keys of the objects, as they are (not URL-encoded). Read during the call only. NULL is
///                    good only with a `key_count` of 0.
/// @param key_count   number of keys.
/// @param out_result  receives the URLs and the headers: yours, to be freed with `s3kms_presign_batch_result_free`.
/// @return NULL, or an error that you free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_presign_batch(
    client: *const s3kms_client,
    request: *const s3kms_presign_request,
    keys: *const s3kms_str,
    key_count: usize,
    out_result: *mut *mut s3kms_presign_batch_result,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract; every text is copied.
        let (client, request, keys, place) = unsafe {
            (
                client::client(client)?,
                read::required(request, "request")?.flat()?,
                self::keys(keys, key_count)?,
                read::place(out_result, "out_result")?,
            )
        };
        // The template's key is not used: it must not be missed either.
        let request = s3kms::PresignFlat { key: Some(request.key.unwrap_or_default()), ..request };
        let result = client.session.presign_batch(PresignRequest::try_from(request)?, &keys)?;
        *place = arena::hand_out(|arena| s3kms_presign_batch_result::new(&result, arena));
        Ok(())
    })
}

/// Frees a result that the library handed out.
///
/// @param result  the result, or NULL, which is ignored. Its texts go with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_presign_batch_result_free(result: *mut s3kms_presign_batch_result) {
    // SAFETY: by the crate's contract it is null or was handed out by the library, and is freed once.
    quietly(|| unsafe { arena::free(result) });
}

/// The keys of a batch.
///
/// # Safety
/// By the crate's contract: `keys` points to `count` texts.
unsafe fn keys(keys: *const s3kms_str, count: usize) -> Result<Vec<String>, Error> {
    if count == 0 {
        return Ok(Vec::new());
    }
    read::array(keys, count, "keys")?;
    // SAFETY: not null, no longer than an allocation can be, and readable during the call by the crate's contract.
    let keys = unsafe { slice::from_raw_parts(keys, count) };
    let mut read = Vec::with_capacity(count);
    for (index, key) in keys.iter().enumerate() {
        // SAFETY: the contract covers every text in the array.
        let key = unsafe { read::text(*key, "keys") }?;
        let key = key.ok_or_else(|| Error::invalid("keys", format!("keys: number {index} (from 0) is absent")))?;
        read.push(key.to_owned());
    }
    Ok(read)
}
