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
    let result = |frame: Vec<u8>| vm::upcall(tag, kind::RESULT, Some(&frame), None, 0);
    match response {
        Response::PutObject(value) => result(frames::encode_put_object(&value)),
        Response::CopyObject(value) => result(frames::encode_copy_object(&value)),
        Response::HeadObject(value) => result(frames::encode_head_object(&value)),
        Response::DeleteObject(value) => result(frames::encode_delete_object(&value)),
        Response::GetObject(value, content) => {
            let frame = frames::encode_get_object(&value);
            match content {
                Content::Inline(bytes) => vm::upcall(tag, kind::INLINE, Some(&frame), Some(&bytes), 0),
                Content::Stream(id) => vm::upcall(tag, kind::STREAM, Some(&frame), None, id.0),
                Content::Delivered(length) => vm::upcall(tag, kind::DELIVERED, Some(&frame), None, length),
            }
        }
        Response::Written => vm::upcall(tag, kind::WRITTEN, None, None, 0),
        Response::Chunk(bytes) => {
            let length = bytes.len() as u64;
            streams::arrived(tag, bytes);
            vm::upcall(tag, kind::CHUNK, None, None, length)
        }
    }
}
