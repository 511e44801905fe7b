//! The small types that everything else is made of.

/// Text: UTF-8, with its length in bytes. All zero: absent.
///
/// What you pass in need not end in a zero byte, and is read during the call only. What the library hands out is
/// always followed by a zero byte, which `len` does not count, so that `data` is also a C string.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[cfg_attr(feature = "inventory", interoptopus::ffi)]
pub struct s3kms_str {
    /// First byte. NULL with a `len` of 0: absent. NULL with another length is refused.
    pub data: *const u8,
    /// Length in bytes. 0 with a non-NULL `data`: the empty text.
    pub len: usize,
}

impl s3kms_str {
    /// No text.
    pub(crate) const ABSENT: Self = Self { data: std::ptr::null(), len: 0 };
}

/// A name and its value.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[cfg_attr(feature = "inventory", interoptopus::ffi)]
pub struct s3kms_pair {
    /// The name.
    pub name: s3kms_str,
    /// The value.
    pub text: s3kms_str,
}

/// A map of texts. All zero: none.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[cfg_attr(feature = "inventory", interoptopus::ffi)]
pub struct s3kms_pairs {
    /// First of `len` pairs. NULL only with a `len` of 0.
    pub data: *const s3kms_pair,
    /// Number of pairs.
    pub len: usize,
}

impl s3kms_pairs {
    /// No pairs.
    pub(crate) const NONE: Self = Self { data: std::ptr::null(), len: 0 };
}

/// A number that may be absent. All zero: absent.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
#[cfg_attr(feature = "inventory", interoptopus::ffi)]
pub struct s3kms_opt_i64 {
    /// 0: absent; 1: present. Other values are refused.
    pub present: u8,
    /// The number, where present.
    pub number: i64,
}

impl From<Option<i64>> for s3kms_opt_i64 {
    fn from(value: Option<i64>) -> Self {
        Self { present: u8::from(value.is_some()), number: value.unwrap_or(0) }
    }
}

/// A flag that is not set: what applies then is said at the field.
pub const S3KMS_UNSET: u8 = 0;
/// A flag that is false.
pub const S3KMS_FALSE: u8 = 1;
/// A flag that is true.
pub const S3KMS_TRUE: u8 = 2;

/// A flag in the three-state form that crosses the boundary.
pub(crate) fn flag(value: Option<bool>) -> u8 {
    match value {
        None => S3KMS_UNSET,
        Some(false) => S3KMS_FALSE,
        Some(true) => S3KMS_TRUE,
    }
}
