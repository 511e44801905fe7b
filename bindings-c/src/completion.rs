//! How the end of a submitted request is told.

use std::ffi::c_void;

use s3kms::Error;
use s3kms::session::{Content, Response};

use crate::arena::Arena;
use crate::calls::Outcome;
use crate::error::s3kms_error;
use crate::generated::s3kms_completion;

/// A chunk of a pushed upload was taken: push the next one, or finish.
pub const S3KMS_COMPLETION_UPLOAD_WRITE: u32 = 101;
/// Content of a download is where the read was to bring it.
pub const S3KMS_COMPLETION_DOWNLOAD_READ: u32 = 102;

/// The content went to the file or the memory that the request or the read named.
pub const S3KMS_CONTENT_DELIVERED: u32 = 1;
/// The content is here, all of it: `data`, `length`.
pub const S3KMS_CONTENT_INLINE: u32 = 2;
/// The content follows: read it with `s3kms_download_read_now` and `s3kms_download_read_submit`.
pub const S3KMS_CONTENT_STREAM: u32 = 3;

/// Content in a completion: that of a get, or what was read of a download.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[cfg_attr(feature = "inventory", interoptopus::ffi)]
pub struct s3kms_content {
    /// Where the content is: one of the `S3KMS_CONTENT_…` numbers; 0 where there is none.
    pub kind: u32,
    /// Bytes delivered, or bytes at `data`.
    pub length: u64,
    /// `S3KMS_CONTENT_INLINE`: the bytes, valid only during the call.
    pub data: *const u8,
    /// `S3KMS_CONTENT_STREAM`: id of the download, to be closed with `s3kms_download_close` when it is not needed any
    /// more, read to its end or not.
    pub download: u64,
}

impl s3kms_content {
    /// No content.
    pub(crate) const NONE: Self = Self { kind: 0, length: 0, data: std::ptr::null(), download: 0 };

    pub(crate) fn new(content: &Content) -> Self {
        match content {
            Content::Delivered(length) => Self::delivered(*length),
            Content::Inline(bytes) => {
                Self { kind: S3KMS_CONTENT_INLINE, length: bytes.len() as u64, data: bytes.as_ptr(), ..Self::NONE }
            }
            Content::Stream(id) => Self { kind: S3KMS_CONTENT_STREAM, download: id.0, ..Self::NONE },
        }
    }

    pub(crate) fn delivered(length: u64) -> Self {
        Self { kind: S3KMS_CONTENT_DELIVERED, length, ..Self::NONE }
    }
}

/// Is told how a submitted request ended; called exactly once for each that was accepted. `context` is what
/// `s3kms_client_new` was given, `tag` what the submitting function was given. Everything that `completion` points to is
/// valid only during the call: copy what you need.
pub type s3kms_completion_fn =
    Option<unsafe extern "C" fn(context: *mut c_void, tag: u64, completion: *const s3kms_completion)>;

/// The client's completion function with its context.
pub(crate) struct Callback {
    function: unsafe extern "C" fn(*mut c_void, u64, *const s3kms_completion),
    context: *mut c_void,
}

// SAFETY: the context is only handed back to the caller's own function, which the header says runs on several threads.
unsafe impl Send for Callback {}
// SAFETY: as above.
unsafe impl Sync for Callback {}

impl Callback {
    pub(crate) fn new(
        function: unsafe extern "C" fn(*mut c_void, u64, *const s3kms_completion),
        context: *mut c_void,
    ) -> Self {
        Self { function, context }
    }

    /// Tells how a call ended.
    pub(crate) fn call(&self, tag: u64, operation: u32, outcome: &Outcome) {
        Arena::scratch(|arena| match outcome {
            Ok(response) => response.show(operation, arena, |completion| self.tell(tag, completion)),
            Err(error) => self.tell_error(tag, operation, error, arena),
        });
    }

    fn tell_error(&self, tag: u64, operation: u32, error: &Error, arena: &mut Arena) {
        let error = s3kms_error::new(error, arena);
        self.tell(tag, &s3kms_completion { error: &raw const error, ..s3kms_completion::empty(operation) });
    }

    fn tell(&self, tag: u64, completion: &s3kms_completion) {
        // SAFETY: the function and its context were given for this; the completion and what it points to live until it
        // returns.
        unsafe { (self.function)(self.context, tag, completion) }
    }
}

/// Shows a response in C's form for the length of a call. Written from the schema.
pub(crate) trait Show {
    /// Builds the completion of this response and passes it on.
    fn show(&self, operation: u32, arena: &mut Arena, tell: impl FnOnce(&s3kms_completion));
}

impl Show for Response {
    fn show(&self, operation: u32, arena: &mut Arena, tell: impl FnOnce(&s3kms_completion)) {
        s3kms_completion::with(self, operation, arena, tell);
    }
}
