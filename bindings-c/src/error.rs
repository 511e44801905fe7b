//! Errors towards C, and the guard that every exported function runs in.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use s3kms::Error;

use crate::abi::s3kms_str;
use crate::arena::{self, Arena};

/// What went wrong. Texts that are not known are absent (all zero).
///
/// An error that a function returns is the caller's, to be freed with `s3kms_error_free`. An error in a completion
/// is valid only during that call.
#[repr(C)]
#[cfg_attr(feature = "inventory", interoptopus::ffi)]
pub struct s3kms_error {
    /// What kind of thing went wrong: one of the `S3KMS_ERROR_…` numbers, which are fixed.
    pub kind: u32,
    /// HTTP status of the answer; 0 where there was none.
    pub http_status: u32,
    /// 1 where the same request may succeed later, else 0.
    pub retryable: u8,
    /// What happened, in a sentence. Always present.
    pub message: s3kms_str,
    /// S3's or KMS's error code, such as `NoSuchKey` or `KMS.NotFoundException`.
    pub s3_code: s3kms_str,
    /// `x-amz-request-id` of the answer.
    pub request_id: s3kms_str,
    /// `x-amz-id-2` of the answer.
    pub extended_request_id: s3kms_str,
    /// Field or argument that is to blame, by its name in this header.
    pub field_name: s3kms_str,
    /// A way out, where one is known.
    pub hint: s3kms_str,
}

impl s3kms_error {
    pub(crate) fn new(error: &Error, arena: &mut Arena) -> Self {
        let details = error.details();
        Self {
            kind: details.kind.number(),
            http_status: details.http_status.into(),
            retryable: details.retryable.into(),
            message: arena.text(Some(&details.message)),
            s3_code: arena.text(details.code.as_deref()),
            request_id: arena.text(details.request_id.as_deref()),
            extended_request_id: arena.text(details.extended_request_id.as_deref()),
            field_name: arena.text(details.field),
            hint: arena.text(details.hint.as_deref()),
        }
    }
}

/// Frees an error that a function of this library returned.
///
/// @param error the error, or NULL, which is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_error_free(error: *mut s3kms_error) {
    // SAFETY: by the crate's contract it is null or came from `raise` and is freed once.
    unsafe { arena::free(error) }
}

/// Runs the body of an exported function: its error goes to C, and a panic becomes one.
pub(crate) fn entry(call: impl FnOnce() -> Result<(), Error>) -> *mut s3kms_error {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => ptr::null_mut(),
        Ok(Err(error)) => raise(&error),
        Err(_) => raise(&Error::internal("a call of the library panicked")),
    }
}

/// As [`entry`], for what frees or closes and has no way to tell.
pub(crate) fn quietly(call: impl FnOnce()) {
    // A panic here is a defect that nobody can be told of; it must not unwind into C all the same.
    let _ = catch_unwind(AssertUnwindSafe(call));
}

fn raise(error: &Error) -> *mut s3kms_error {
    arena::hand_out(|arena| s3kms_error::new(error, arena))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_internal_error() {
        let error = entry(|| panic!("on purpose"));
        // SAFETY: entry handed it out and it is freed once, below.
        unsafe {
            assert_eq!((*error).kind, s3kms::ErrorKind::Internal.number());
            s3kms_error_free(error);
        }
    }

    #[test]
    fn success_is_null_and_freeing_null_is_harmless() {
        assert!(entry(|| Ok(())).is_null());
        // SAFETY: null is allowed.
        unsafe { s3kms_error_free(ptr::null_mut()) };
    }
}
