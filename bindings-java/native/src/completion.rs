//! Brings completions to Java.

use s3kms::session::{CompletionSink, Content, Response};
use s3kms::{Error, ErrorKind};

use crate::generated::frames;
use crate::{errors, streams, vm};

/// Kinds of completion; `Completions.java` has the same numbers.
mod kind {
    pub const ERROR: i32 = 0;
    pub const RESULT: i32 = 1;
    pub const WRITTEN: i32 = 2;
    pub const CHUNK: i32 = 3;
    pub const INLINE: i32 = 4;
    pub const STREAM: i32 = 5;
    pub const DELIVERED: i32 = 6;
}

/// Calls `Completions.complete`.
pub struct Upcall;

impl CompletionSink for Upcall {
    fn complete(&self, tag: u64, outcome: Result<Response, Error>) {
        let delivered = match outcome {
            Err(error) => {
                streams::forget(tag);
                vm::upcall(tag, kind::ERROR, Some(&errors::encode(&error)), None, 0)
            }
            Ok(response) => deliver(tag, response),
        };
        if delivered.is_err() {
            // Most likely Java's heap is full. Whoever waits must learn that it is over.
            let error = Error::new(ErrorKind::Internal, "the result could not be handed to Java: out of memory?");
            if vm::upcall(tag, kind::ERROR, Some(&errors::encode(&error)), None, 0).is_err() {
                let _ = vm::upcall(tag, kind::ERROR, None, None, 0);
            }
        }
    }
}

fn deliver(tag: u64, response: Response) -> Result<(), jni::errors::Error> {
    match response {
        Response::Written => vm::upcall(tag, kind::WRITTEN, None, None, 0),
        Response::Chunk(chunk) => {
            let length = chunk.len() as u64;
            streams::arrived(tag, chunk);
            vm::upcall(tag, kind::CHUNK, None, None, length)
        }
        response => {
            encoded(response, |kind, frame, content, number| vm::upcall(tag, kind, Some(frame), content, number))
        }
    }
}

/// Gives a result to `take`: its kind, its frame, its content and its number.
pub fn encoded<T>(response: Response, take: impl FnOnce(i32, &[u8], Option<&[u8]>, u64) -> T) -> T {
    let (frame, content) = match response {
        Response::PutObject(value) => (frames::encode_put_object(&value), None),
        Response::CopyObject(value) => (frames::encode_copy_object(&value), None),
        Response::HeadObject(value) => (frames::encode_head_object(&value), None),
        Response::DeleteObject(value) => (frames::encode_delete_object(&value), None),
        Response::GetObject(value, content) => (frames::encode_get_object(&value), Some(content)),
        Response::Written | Response::Chunk(_) => (Vec::new(), None), // no results of requests
    };
    match content {
        None => take(kind::RESULT, &frame, None, 0),
        Some(Content::Inline(bytes)) => take(kind::INLINE, &frame, Some(&bytes), 0),
        Some(Content::Stream(id)) => take(kind::STREAM, &frame, None, id.0),
        Some(Content::Delivered(length)) => take(kind::DELIVERED, &frame, None, length),
    }
}
