//! Bytes out of Java: copied from a `byte[]`, or borrowed from a direct `ByteBuffer`.

use jni::Env;
use jni::objects::{JByteArray, JByteBuffer};
use jni::refs::Global;
use s3kms::Error;

use crate::policy::Failure;

/// A copy of `length` bytes of an array from `offset` on.
///
/// # Errors
/// When the range is not one of the array's.
pub fn copy(env: &mut Env, array: &JByteArray, offset: i32, length: i64) -> Result<Vec<u8>, Failure> {
    if array.is_null() {
        return Err(Error::internal("a byte[] is null").into());
    }
    let available = array.len(env)?;
    let (start, length) = range(i64::from(offset), length, available)?;
    let mut bytes = vec![0_u8; length];
    // SAFETY: i8 and u8 have the same layout, and the slice is the vector's own.
    let region = unsafe { std::slice::from_raw_parts_mut(bytes.as_mut_ptr().cast::<i8>(), length) };
    array.get_region(env, i32::try_from(start).map_err(|_| outside())?, region)?;
    Ok(bytes)
}

/// An answer that goes back in the array that the request came in where it fits, else in a new one: its length as `u32` in
/// little-endian order, then its bytes. So a call that returns bytes allocates none in Java.
///
/// # Errors
/// When Java has no memory for a new array.
pub fn answer<'l>(env: &mut Env<'l>, array: JByteArray<'l>, bytes: &[u8]) -> Result<JByteArray<'l>, Failure> {
    const LENGTH: usize = size_of::<u32>();
    let length = i32::try_from(bytes.len()).map_err(|_| Error::internal("an answer is longer than 2 GiB"))?;
    let array = if array.len(env)? < LENGTH + bytes.len() { env.new_byte_array(LENGTH + bytes.len())? } else { array };
    fill(env, &array, 0, &length.to_le_bytes())?;
    fill(env, &array, 4, bytes)?;
    Ok(array)
}

/// Copies bytes into an array from `offset` on.
///
/// # Errors
/// When they do not fit; an exception is pending then.
pub fn fill(env: &mut Env, array: &JByteArray, offset: i32, bytes: &[u8]) -> Result<(), Failure> {
    // SAFETY: i8 and u8 have the same layout.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast::<i8>(), bytes.len()) };
    Ok(array.set_region(env, offset, bytes)?)
}

fn range(offset: i64, length: i64, available: usize) -> Result<(usize, usize), Failure> {
    let start = usize::try_from(offset).map_err(|_| outside())?;
    let length = usize::try_from(length).map_err(|_| outside())?;
    match start.checked_add(length) {
        Some(end) if end <= available => Ok((start, length)),
        _ => Err(outside()),
    }
}

fn outside() -> Failure {
    Error::internal("a range lies outside of its array or buffer").into()
}

/// Memory of a direct buffer. The global reference keeps the buffer, and so its memory, until this is dropped.
pub struct Borrowed {
    address: *const u8,
    length: usize,
    _buffer: Global<JByteBuffer<'static>>,
}

// SAFETY: the memory is that of a direct buffer, which is bound to no thread; global references may be used and
// deleted on any attached thread, and the runtime's threads are attached.
unsafe impl Send for Borrowed {}

impl AsRef<[u8]> for Borrowed {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: the range was checked against the buffer's capacity, and the buffer is alive. Java's documentation
        // asks the caller to leave the content alone until the request has ended.
        unsafe { std::slice::from_raw_parts(self.address, self.length) }
    }
}

/// Borrows a range of a direct buffer.
///
/// # Errors
/// When the buffer is not direct, or the range is not one of its.
pub fn borrow(env: &mut Env, buffer: &JByteBuffer, offset: i32, length: i64) -> Result<Borrowed, Failure> {
    if buffer.is_null() {
        return Err(Error::internal("the ByteBuffer is null").into());
    }
    let (start, length) = range(i64::from(offset), length, env.get_direct_buffer_capacity(buffer)?)?;
    let address = env.get_direct_buffer_address(buffer)?;
    // SAFETY: start lies within the buffer.
    let address = unsafe { address.add(start) };
    Ok(Borrowed { address, length, _buffer: env.new_global_ref(buffer)? })
}
