//! The one error type: what went wrong, where, what S3 said, and what to do about it.

use std::fmt;

pub use crate::generated::ErrorKind;

/// An error of this library.
///
/// `Display` prints one line with the message and, where there are some, status, code and request ids. It never
/// holds secrets: no keys, tokens, encryption contexts or presigned queries.
#[derive(Clone)]
pub struct Error(Box<Details>);

/// What an [`Error`] knows. Everything but `kind` and `message` may be absent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Details {
    /// What kind of thing went wrong.
    pub kind: ErrorKind,
    /// What happened, in a sentence.
    pub message: String,
    /// The field of the request or configuration that is to blame, by its name in the schema.
    pub field: Option<&'static str>,
    /// HTTP status of the answer; 0 where there was none.
    pub http_status: u16,
    /// S3's or KMS's error code, such as `NoSuchKey` or `KMS.NotFoundException`.
    pub code: Option<String>,
    /// `x-amz-request-id` of the answer.
    pub request_id: Option<String>,
    /// `x-amz-id-2` of the answer.
    pub extended_request_id: Option<String>,
    /// A way out, where one is known.
    pub hint: Option<String>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

impl Error {
    /// An error of a kind, with a sentence that says what happened.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            message: message.into(),
            field: None,
            http_status: 0,
            code: None,
            request_id: None,
            extended_request_id: None,
            hint: None,
            retryable: false,
        }))
    }

    /// A request or configuration that is refused before anything is sent.
    #[must_use]
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        let mut error = Self::new(ErrorKind::InvalidArgument, message);
        error.0.field = Some(field);
        error
    }

    /// A defect of this library.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// The same error with a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// The same error with a way out, unless it has one.
    #[must_use]
    pub(crate) fn hint_if_absent(mut self, hint: &str) -> Self {
        self.0.hint.get_or_insert_with(|| hint.to_owned());
        self
    }

    /// The same error, marked as one that may pass.
    #[must_use]
    pub(crate) fn retryable(mut self) -> Self {
        self.0.retryable = true;
        self
    }

    /// Everything known about the error.
    #[must_use]
    pub fn details(&self) -> &Details {
        &self.0
    }

    pub(crate) fn details_mut(&mut self) -> &mut Details {
        &mut self.0
    }

    /// What kind of thing went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// S3's or KMS's error code, if the server answered with one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let d = &*self.0;
        f.write_str(&d.message)?;
        if d.http_status != 0 {
            write!(f, " (status {}, code {}", d.http_status, d.code.as_deref().unwrap_or("none"))?;
            write!(f, ", request id {}", d.request_id.as_deref().unwrap_or("none"))?;
            if let Some(id) = &d.extended_request_id {
                write!(f, ", extended request id {id}")?;
            }
            f.write_str(")")?;
        }
        if let Some(hint) = &d.hint {
            write!(f, ". {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {}
