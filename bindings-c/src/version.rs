//! What a caller compares before it trusts the library.

use std::ffi::{CStr, c_char};

/// Version of the binary interface that this header describes. Compare with `s3kms_abi_version`.
pub const S3KMS_ABI_VERSION: u32 = 2;

/// Version of the binary interface of the library that was loaded. Where it differs from `S3KMS_ABI_VERSION`, header and
/// library do not belong together: do not call anything else.
#[unsafe(no_mangle)]
pub extern "C" fn s3kms_abi_version() -> u32 {
    S3KMS_ABI_VERSION
}

/// Identifies the fields of the requests and results that the library was built with: `S3KMS_SCHEMA_HASH` of its header.
#[unsafe(no_mangle)]
pub extern "C" fn s3kms_schema_hash() -> u64 {
    s3kms::SCHEMA_HASH
}

/// Version of the library, such as "0.1.0".
///
/// @return a C string that is valid for the life of the process. Do not free it.
#[unsafe(no_mangle)]
pub extern "C" fn s3kms_version() -> *const c_char {
    const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => panic!("a version holds no zero byte"),
    };
    VERSION.as_ptr()
}
