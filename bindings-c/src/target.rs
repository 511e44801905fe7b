//! Where the content of a get goes.

use std::path::PathBuf;
use std::slice;

use s3kms::{Chunk, Error, Sink, Target};

use crate::abi::s3kms_str;
use crate::read;

/// Content that the caller reads afterwards.
pub const S3KMS_TARGET_STREAM: u32 = 0;
/// Content goes to a file: `path`.
pub const S3KMS_TARGET_FILE: u32 = 1;
/// Content goes to the caller's memory: `data`, `capacity`.
pub const S3KMS_TARGET_BUFFER: u32 = 2;

/// Where the content of a get goes. All zero: a stream that the caller reads.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[cfg_attr(feature = "inventory", interoptopus::ffi)]
pub struct s3kms_target {
    /// Where to: one of the `S3KMS_TARGET_…` numbers.
    pub kind: u32,
    /// `S3KMS_TARGET_FILE`: path of the file. Written beside it under a temporary name and renamed when complete: the
    /// path never holds half an object.
    pub path: s3kms_str,
    /// `S3KMS_TARGET_BUFFER`: memory to write to. Must stay yours, and nobody may touch it, until the blocking call
    /// returns, or until the completion of a submitted request. After an error its content is undefined.
    pub data: *mut u8,
    /// `S3KMS_TARGET_BUFFER`: room in bytes. Content that is longer is refused before any of it is written.
    pub capacity: usize,
}

/// Reads a target; null is a stream.
///
/// # Safety
/// By the crate's contract; the memory of `S3KMS_TARGET_BUFFER` must stay until the request completes.
pub(crate) unsafe fn target(target: *const s3kms_target) -> Result<Target, Error> {
    // SAFETY: by the crate's contract, null or a target.
    let Some(target) = (unsafe { target.as_ref() }) else { return Ok(Target::Stream) };
    match target.kind {
        S3KMS_TARGET_STREAM => Ok(Target::Stream),
        S3KMS_TARGET_FILE => {
            // SAFETY: by the crate's contract; the text is copied here.
            let path = unsafe { read::text(target.path, "target.path") }?.filter(|path| !path.is_empty());
            let path = path.ok_or_else(|| Error::invalid("target.path", "target.path must not be null or empty"))?;
            Ok(Target::File(PathBuf::from(path)))
        }
        S3KMS_TARGET_BUFFER => {
            // SAFETY: the memory stays until the request completes, by this function's contract.
            let buffer = unsafe { Buffer::new(target.data, target.capacity, "target.data") }?;
            Ok(Target::Sink(Box::new(buffer)))
        }
        other => Err(Error::invalid("target.kind", format!("target.kind is {other}, which is no kind of target"))
            .hint("Use one of the S3KMS_TARGET_ numbers")),
    }
}

/// The caller's memory, written from whichever thread has the content.
pub(crate) struct Buffer {
    data: *mut u8,
    capacity: usize,
    written: usize,
}

// SAFETY: the memory belongs to the request until its completion (contract of `Buffer::new`), so that the one task that
// holds this is the only one to touch it, whichever thread it runs on.
unsafe impl Send for Buffer {}

impl Sink for Buffer {
    fn begin(&mut self, length: Option<u64>) -> Result<(), Error> {
        match length {
            Some(length) if length > self.capacity as u64 => Err(self.too_small(&length.to_string())),
            _ => Ok(()),
        }
    }

    fn write(&mut self, chunk: &[u8]) -> Result<(), Error> {
        let room = self.capacity - self.written;
        if chunk.is_empty() {
            return Ok(());
        }
        if chunk.len() > room {
            return Err(self.too_small("more"));
        }
        // SAFETY: `data` has `capacity` bytes, which are ours until completion; `written + chunk.len()` lies within. A
        // chunk is non-empty here, so that data was checked to be non-null.
        let place = unsafe { slice::from_raw_parts_mut(self.data.add(self.written), chunk.len()) };
        place.copy_from_slice(chunk);
        self.written += chunk.len();
        Ok(())
    }

    fn restart(&mut self) {
        self.written = 0;
    }
}

impl Buffer {
    /// Memory to be written to; `field` is its name where it is null or absurdly long.
    ///
    /// # Safety
    /// Nobody else may use it until this is dropped.
    pub(crate) unsafe fn new(data: *mut u8, capacity: usize, field: &'static str) -> Result<Self, Error> {
        // SAFETY: only checked for null and absurd lengths; the view is dropped at once.
        let _ = unsafe { read::bytes(data, capacity, field) }?;
        Ok(Self { data, capacity, written: 0 })
    }

    /// Writes content that was asked for with this capacity as its limit.
    pub(crate) fn fill(mut self, chunk: &Chunk) -> Result<(), Error> {
        chunk.pieces().try_for_each(|piece| self.write(piece))
    }

    fn too_small(&self, needed: &str) -> Error {
        let message = format!("the content is {needed} bytes, but target.capacity is {}", self.capacity);
        Error::invalid("target.capacity", message).hint("Ask for a range, give more room, or read a stream")
    }
}
