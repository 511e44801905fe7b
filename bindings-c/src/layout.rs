//! Where every field lies in memory, for the tests that compare it with what C and C# make of the same types. Not part
//! of the library: only the generator asks.

use crate::generated::layout as generated;
use crate::{
    s3kms_body, s3kms_content, s3kms_error, s3kms_opt_i64, s3kms_pair, s3kms_pairs, s3kms_presign_batch_result,
    s3kms_str, s3kms_target,
};

/// A struct, its size in bytes and the offsets of its fields.
pub struct Layout {
    /// Name of the struct.
    pub name: &'static str,
    /// Size in bytes.
    pub size: usize,
    /// Name and offset of each field.
    pub fields: Vec<(&'static str, usize)>,
}

/// Reads the layout of a struct off the compiler.
macro_rules! layout {
    ($name:ident { $($field:ident),* $(,)? }) => {
        $crate::layout::Layout {
            name: stringify!($name),
            size: size_of::<$name>(),
            fields: vec![$((stringify!($field), std::mem::offset_of!($name, $field))),*],
        }
    };
}
pub(crate) use layout;

/// Every struct of the header.
pub fn all() -> Vec<Layout> {
    let mut all = vec![
        layout!(s3kms_str { data, len }),
        layout!(s3kms_pair { name, text }),
        layout!(s3kms_pairs { data, len }),
        layout!(s3kms_opt_i64 { present, number }),
        layout!(s3kms_error {
            kind,
            http_status,
            retryable,
            message,
            s3_code,
            request_id,
            extended_request_id,
            field_name,
            hint,
        }),
        layout!(s3kms_body { kind, data, len, path, offset, length }),
        layout!(s3kms_target { kind, path, data, capacity }),
        layout!(s3kms_content { kind, length, data, download }),
        layout!(s3kms_presign_batch_result { urls, url_count, signed_headers, expires_at }),
    ];
    all.extend(generated::generated());
    all
}

/// Names and numbers of the errors.
pub fn errors() -> &'static [(&'static str, u32)] {
    generated::ERRORS
}
