//! Errors of the S3 and KMS protocols.
//!
//! One helper for S3 errors whose code is not in the list of the crate `s3s`, and the error type of
//! the KMS registry. It holds no policy: who refuses what stands in the module that refuses.

use http::StatusCode;
use s3s::{S3Error, S3ErrorCode};

/// Builds an S3 error with an explicit HTTP status.
///
/// `code` is the text of `<Code>`; a status that is not a valid HTTP status becomes 500.
pub fn s3_error(status: u16, code: &str, message: impl Into<String>) -> S3Error {
    let code = S3ErrorCode::from_bytes(code.as_bytes()).unwrap_or(S3ErrorCode::InternalError);
    let mut error = S3Error::with_message(code, message.into());
    error.set_status_code(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    error
}

/// 400 `InvalidArgument`: the code that S3 uses for header values which it does not take.
pub fn invalid_argument(message: impl Into<String>) -> S3Error {
    s3_error(400, "InvalidArgument", message)
}

/// 400 `InvalidRequest`: the code that S3 uses for requests which are well-formed but make no sense.
pub fn invalid_request(message: impl Into<String>) -> S3Error {
    s3_error(400, "InvalidRequest", message)
}

/// An error of the KMS registry, with the code that the KMS API uses (no `KMS.` prefix).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KmsError {
    /// For example `NotFoundException`.
    pub code: &'static str,
    /// Names the key and the reason.
    pub message: String,
}

impl KmsError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl std::fmt::Display for KmsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for KmsError {}

impl From<KmsError> for S3Error {
    /// S3 passes errors of KMS on as 400 with the prefix `KMS.`.
    fn from(error: KmsError) -> Self {
        s3_error(400, &format!("KMS.{}", error.code), error.message)
    }
}
