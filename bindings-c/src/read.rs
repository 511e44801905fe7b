//! What C passed in, checked: null, length, UTF-8, range. Each refusal names the field.

use std::slice;

use s3kms::Error;

use crate::abi::{S3KMS_FALSE, S3KMS_TRUE, S3KMS_UNSET, s3kms_opt_i64, s3kms_pairs, s3kms_str};

/// Bytes at a pointer. Null is good only with length 0.
///
/// # Safety
/// A non-null `data` must point to `len` bytes that stay readable and unchanged for `'a`.
pub(crate) unsafe fn bytes<'a>(data: *const u8, len: usize, field: &'static str) -> Result<&'a [u8], Error> {
    if len == 0 {
        return Ok(&[]);
    }
    check(data.is_null(), len, 1, field)?;
    // SAFETY: not null, no longer than an allocation can be, and readable for 'a as this function's contract says.
    Ok(unsafe { slice::from_raw_parts(data, len) })
}

/// A text, or `None` where it is absent.
///
/// # Safety
/// As for [`bytes`].
pub(crate) unsafe fn text<'a>(value: s3kms_str, field: &'static str) -> Result<Option<&'a str>, Error> {
    if value.data.is_null() && value.len == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's contract is the same.
    let bytes = unsafe { bytes(value.data, value.len, field) }?;
    let text = std::str::from_utf8(bytes).map_err(|e| {
        Error::invalid(field, format!("{field} is not UTF-8: see the byte at position {}", e.valid_up_to()))
            .hint("Convert the text to UTF-8 and give its length in bytes")
    })?;
    Ok(Some(text))
}

/// The pairs of a map, in their order.
///
/// # Safety
/// As for [`bytes`], for the array and for every text in it.
pub(crate) unsafe fn pairs<'a>(value: s3kms_pairs, field: &'static str) -> Result<Vec<(&'a str, &'a str)>, Error> {
    if value.len == 0 {
        return Ok(Vec::new());
    }
    array(value.data, value.len, field)?;
    // SAFETY: not null, no longer than an allocation can be, and readable for 'a as this function's contract says.
    let pairs = unsafe { slice::from_raw_parts(value.data, value.len) };
    let mut read = Vec::with_capacity(pairs.len());
    for pair in pairs {
        // SAFETY: the caller's contract covers every text in the array.
        let (name, value) = unsafe { (text(pair.name, field)?, text(pair.text, field)?) };
        let absent = |what| Error::invalid(field, format!("{field} holds a pair without a {what}"));
        read.push((name.ok_or_else(|| absent("name"))?, value.ok_or_else(|| absent("value"))?));
    }
    Ok(read)
}

/// A three-state flag.
pub(crate) fn flag(value: u8, field: &'static str) -> Result<Option<bool>, Error> {
    match value {
        S3KMS_UNSET => Ok(None),
        S3KMS_FALSE => Ok(Some(false)),
        S3KMS_TRUE => Ok(Some(true)),
        other => Err(Error::invalid(field, format!("{field} is {other}, which is no flag"))
            .hint("Use S3KMS_UNSET, S3KMS_FALSE or S3KMS_TRUE")),
    }
}

/// A number that may be absent.
pub(crate) fn number(value: s3kms_opt_i64, field: &'static str) -> Result<Option<i64>, Error> {
    match value.present {
        0 => Ok(None),
        1 => Ok(Some(value.number)),
        other => Err(Error::invalid(field, format!("{field}.present is {other}; it must be 0 or 1"))
            .hint("Zero the whole struct before you fill it in")),
    }
}

/// A length or offset that may be absent and must not be negative.
pub(crate) fn length(value: s3kms_opt_i64, field: &'static str) -> Result<Option<u64>, Error> {
    number(value, field)?
        .map(|value| u64::try_from(value).map_err(|_| Error::invalid(field, format!("{field} is negative ({value})"))))
        .transpose()
}

/// What an argument points to.
///
/// # Safety
/// A non-null pointer must point to a valid `T` that stays so, and is not written, for `'a`.
pub(crate) unsafe fn required<'a, T>(pointer: *const T, name: &'static str) -> Result<&'a T, Error> {
    // SAFETY: null is told apart, the rest is this function's contract.
    unsafe { pointer.as_ref() }.ok_or_else(|| null(name))
}

/// The place that an argument points to, where a result is to be written.
///
/// # Safety
/// A non-null pointer must point to a `T` that is writable for `'a` and that nobody else uses meanwhile.
pub(crate) unsafe fn place<'a, T>(pointer: *mut T, name: &'static str) -> Result<&'a mut T, Error> {
    // SAFETY: null is told apart, the rest is this function's contract.
    unsafe { pointer.as_mut() }.ok_or_else(|| null(name))
}

/// Refuses an array that is null or longer than any memory.
pub(crate) fn array<T>(data: *const T, len: usize, field: &'static str) -> Result<(), Error> {
    check(data.is_null(), len, size_of::<T>(), field)
}

fn null(name: &'static str) -> Error {
    Error::invalid(name, format!("{name} must not be NULL"))
}

fn check(null: bool, len: usize, size: usize, field: &'static str) -> Result<(), Error> {
    if null {
        return Err(Error::invalid(field, format!("{field} is NULL but has a length of {len}")));
    }
    if len > isize::MAX.unsigned_abs() / size {
        return Err(Error::invalid(field, format!("{field} has a length of {len}, which no memory can hold"))
            .hint("A negative number may have been converted to an unsigned one"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field_of(error: &Error) -> Option<&'static str> {
        error.details().field
    }

    #[test]
    fn a_zeroed_text_is_absent_and_an_empty_one_is_not() {
        // SAFETY: nothing is read through a null or empty text.
        unsafe {
            assert_eq!(text(s3kms_str::ABSENT, "key").unwrap(), None);
            assert_eq!(text(s3kms_str { data: b"".as_ptr(), len: 0 }, "key").unwrap(), Some(""));
        }
    }

    #[test]
    fn a_null_with_a_length_an_absurd_length_and_bytes_that_are_not_utf_8_name_the_field() {
        let cases = [
            (s3kms_str { data: std::ptr::null(), len: 3 }, "NULL"),
            (s3kms_str { data: b"x".as_ptr(), len: usize::MAX }, "no memory"),
            (s3kms_str { data: b"a\xff".as_ptr(), len: 2 }, "position 1"),
        ];
        for (value, expected) in cases {
            // SAFETY: the first two are refused before anything is read, the third is two readable bytes.
            let error = unsafe { text(value, "bucket") }.unwrap_err();
            assert_eq!(field_of(&error), Some("bucket"));
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn numbers_and_flags_are_checked() {
        assert_eq!(number(s3kms_opt_i64::default(), "n").unwrap(), None);
        assert_eq!(number(Some(-1).into(), "n").unwrap(), Some(-1));
        assert!(number(s3kms_opt_i64 { present: 7, number: 0 }, "n").is_err());
        assert_eq!(length(Some(5).into(), "n").unwrap(), Some(5));
        assert_eq!(field_of(&length(Some(-5).into(), "n").unwrap_err()), Some("n"));
        assert_eq!(flag(crate::abi::S3KMS_TRUE, "f").unwrap(), Some(true));
        assert!(flag(9, "f").is_err());
    }
}
