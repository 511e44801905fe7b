//! Content of a put.

use std::path::PathBuf;

use s3kms::{Body, Error};

use crate::abi::{s3kms_opt_i64, s3kms_str};
use crate::read;

/// Content of no bytes.
pub const S3KMS_BODY_EMPTY: u32 = 0;
/// Content in memory: `data`, `len`.
pub const S3KMS_BODY_BYTES: u32 = 1;
/// Content of a file that the library reads: `path`, `offset`, `length`.
pub const S3KMS_BODY_FILE: u32 = 2;
/// Content that the caller pushes afterwards: `length`, where it is known.
pub const S3KMS_BODY_STREAM: u32 = 3;

/// Content of a put. All zero: no bytes.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[cfg_attr(feature = "inventory", interoptopus::ffi)]
pub struct s3kms_body {
    /// Where the content is: one of the `S3KMS_BODY_…` numbers.
    pub kind: u32,
    /// `S3KMS_BODY_BYTES`: first byte. Not copied: it must stay as it is until the blocking call returns, or until the
    /// completion of a submitted request.
    pub data: *const u8,
    /// `S3KMS_BODY_BYTES`: number of bytes.
    pub len: usize,
    /// `S3KMS_BODY_FILE`: path of the file.
    pub path: s3kms_str,
    /// `S3KMS_BODY_FILE`: bytes to skip; absent: 0.
    pub offset: s3kms_opt_i64,
    /// `S3KMS_BODY_FILE`: bytes to send; absent: up to the end. `S3KMS_BODY_STREAM`: the total that will be pushed,
    /// where it is known.
    pub length: s3kms_opt_i64,
}

/// What a [`s3kms_body`] asks for.
pub(crate) enum Content {
    /// Settled content.
    Ready(Body),
    /// To be pushed; the total where it is known.
    Stream(Option<u64>),
}

/// Reads a body; null is empty content.
///
/// # Safety
/// By the crate's contract; the memory of `S3KMS_BODY_BYTES` must stay until the request completes.
pub(crate) unsafe fn content(body: *const s3kms_body) -> Result<Content, Error> {
    // SAFETY: by the crate's contract, null or a body.
    let Some(body) = (unsafe { body.as_ref() }) else { return Ok(Content::Ready(Body::Bytes(bytes::Bytes::new()))) };
    match body.kind {
        S3KMS_BODY_EMPTY => Ok(Content::Ready(Body::Bytes(bytes::Bytes::new()))),
        S3KMS_BODY_BYTES => {
            // SAFETY: by the crate's contract; only checked for null and absurd lengths, the view is dropped at once.
            let len = unsafe { read::bytes(body.data, body.len, "body.data") }?.len();
            if len == 0 {
                return Ok(Content::Ready(Body::Bytes(bytes::Bytes::new())));
            }
            Ok(Content::Ready(Body::borrowed(Memory { data: body.data, len })))
        }
        S3KMS_BODY_FILE => {
            // SAFETY: by the crate's contract; the text is copied here.
            let path = unsafe { read::text(body.path, "body.path") }?.filter(|path| !path.is_empty());
            let path = path.ok_or_else(|| Error::invalid("body.path", "body.path must not be null or empty"))?;
            let offset = read::length(body.offset, "body.offset")?.unwrap_or(0);
            let length = read::length(body.length, "body.length")?;
            Ok(Content::Ready(Body::File { path: PathBuf::from(path), offset, length }))
        }
        S3KMS_BODY_STREAM => Ok(Content::Stream(read::length(body.length, "body.length")?)),
        other => Err(Error::invalid("body.kind", format!("body.kind is {other}, which is no kind of body"))
            .hint("Use one of the S3KMS_BODY_ numbers")),
    }
}

/// The caller's memory, lent until the request completes.
struct Memory {
    /// Not null.
    data: *const u8,
    /// Not 0.
    len: usize,
}

// SAFETY: the memory is only read, and by the contract of `content` nobody writes it until the request completes.
unsafe impl Send for Memory {}

impl AsRef<[u8]> for Memory {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: checked to be non-null and of a possible length; readable until the request completes, and core drops
        // this before it completes the request.
        unsafe { std::slice::from_raw_parts(self.data, self.len) }
    }
}
