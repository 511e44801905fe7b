//! Frames: how a request or result crosses between Java and Rust.
//!
//! A frame is a sequence of fields, each `number: u16, length: u32, value` with little-endian numbers. An absent field
//! is left out. Values: text as UTF-8; bool as one byte, 0 or 1; int and timestamp as `i64`; a map as a sequence of
//! `length: u32, UTF-8` for name and value in turn. The numbers are the schema's; both sides compare its hash when
//! the library is loaded, so an unknown number is a defect and refused.
//!
//! Every read is checked against the bounds: whatever the bytes are, decoding ends in a value or an error.

use std::collections::BTreeMap;
use std::time::SystemTime;

use s3kms::{Error, to_millis};

const HEADER: usize = 6;

/// Reads the fields of a frame one by one.
pub struct FrameReader<'a> {
    rest: &'a [u8],
}

impl<'a> FrameReader<'a> {
    /// A reader at the first field.
    #[must_use]
    pub fn new(frame: &'a [u8]) -> Self {
        Self { rest: frame }
    }

    /// The next field's number and value; `None` at the end.
    ///
    /// # Errors
    /// `Internal` when the frame is cut short.
    pub fn field(&mut self) -> Result<Option<(u16, &'a [u8])>, Error> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let Some((header, rest)) = self.rest.split_at_checked(HEADER) else { return Err(truncated()) };
        let number = u16::from_le_bytes([header[0], header[1]]);
        let length = u32::from_le_bytes([header[2], header[3], header[4], header[5]]);
        let length = usize::try_from(length).map_err(|_| truncated())?;
        let Some((value, rest)) = rest.split_at_checked(length) else { return Err(truncated()) };
        self.rest = rest;
        Ok(Some((number, value)))
    }
}

/// A field's value as text.
///
/// # Errors
/// `InvalidArgument` naming the field when it is not UTF-8.
pub fn text<'a>(value: &'a [u8], field: &'static str) -> Result<&'a str, Error> {
    std::str::from_utf8(value).map_err(|_| Error::invalid(field, format!("{field} is not valid UTF-8")))
}

/// A field's value as a bool.
///
/// # Errors
/// `Internal` when it is not one byte, 0 or 1.
pub fn boolean(value: &[u8], field: &'static str) -> Result<bool, Error> {
    match value {
        [0] => Ok(false),
        [1] => Ok(true),
        _ => Err(malformed(field)),
    }
}

/// A field's value as a number.
///
/// # Errors
/// `Internal` when it is not eight bytes.
pub fn int(value: &[u8], field: &'static str) -> Result<i64, Error> {
    value.try_into().map(i64::from_le_bytes).map_err(|_| malformed(field))
}

/// A field's value as pairs of texts.
///
/// # Errors
/// `Internal` when it is cut short, `InvalidArgument` when a text is not UTF-8.
pub fn map<'a>(mut value: &'a [u8], field: &'static str) -> Result<Vec<(&'a str, &'a str)>, Error> {
    let mut pairs = Vec::new();
    while !value.is_empty() {
        let name = sized(&mut value).ok_or_else(|| malformed(field))?;
        let text_of_name = sized(&mut value).ok_or_else(|| malformed(field))?;
        pairs.push((text(name, field)?, text(text_of_name, field)?));
    }
    Ok(pairs)
}

/// Texts one behind the other, each behind its length.
///
/// # Errors
/// `Internal` when they are cut short, `InvalidArgument` when one is not UTF-8.
pub fn texts(mut value: &[u8], field: &'static str) -> Result<Vec<String>, Error> {
    let mut texts = Vec::new();
    while !value.is_empty() {
        texts.push(text(sized(&mut value).ok_or_else(|| malformed(field))?, field)?.to_owned());
    }
    Ok(texts)
}

fn sized<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (value, after) = after.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    *rest = after;
    Some(value)
}

/// The error for a field number that the schema does not have.
#[must_use]
pub fn unknown(number: u16) -> Error {
    Error::internal(format!("the request's frame holds the unknown field {number}"))
}

fn truncated() -> Error {
    Error::internal("the request's frame is cut short")
}

fn malformed(field: &'static str) -> Error {
    Error::internal(format!("the request's frame is malformed at {field}"))
}

/// Writes a frame.
pub struct FrameWriter(Vec<u8>);

impl Default for FrameWriter {
    /// With room for what most results are.
    fn default() -> Self {
        Self(Vec::with_capacity(512))
    }
}

impl FrameWriter {
    /// The frame.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// A text, where there is one.
    pub fn text(&mut self, number: u16, value: Option<&str>) {
        if let Some(value) = value {
            self.field(number, value.as_bytes());
        }
    }

    /// A frame within this one.
    pub fn bytes(&mut self, number: u16, value: &[u8]) {
        self.field(number, value);
    }

    /// A bool, where there is one.
    pub fn boolean(&mut self, number: u16, value: Option<bool>) {
        if let Some(value) = value {
            self.field(number, &[u8::from(value)]);
        }
    }

    /// A number, where there is one.
    pub fn int(&mut self, number: u16, value: Option<i64>) {
        if let Some(value) = value {
            self.field(number, &value.to_le_bytes());
        }
    }

    /// A time in milliseconds since 1970 UTC, where there is one.
    pub fn timestamp(&mut self, number: u16, value: Option<SystemTime>) {
        self.int(number, value.map(to_millis));
    }

    /// Pairs of texts, where there are any.
    pub fn map(&mut self, number: u16, value: &BTreeMap<String, String>) {
        if value.is_empty() {
            return;
        }
        let texts = || value.iter().flat_map(|(name, value)| [name, value]);
        self.header(number, texts().map(|text| size_of::<u32>() + text.len()).sum());
        for text in texts() {
            self.0.extend_from_slice(&length(text.len()).to_le_bytes());
            self.0.extend_from_slice(text.as_bytes());
        }
    }

    fn field(&mut self, number: u16, value: &[u8]) {
        self.header(number, value.len());
        self.0.extend_from_slice(value);
    }

    fn header(&mut self, number: u16, value_length: usize) {
        self.0.reserve(HEADER + value_length);
        self.0.extend_from_slice(&number.to_le_bytes());
        self.0.extend_from_slice(&length(value_length).to_le_bytes());
    }
}

/// HTTP headers, of which results are made, are far below 4 GiB.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
