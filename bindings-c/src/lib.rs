//! The C ABI of s3kms. `include/s3kms.h` is read off this crate, and its top comment states the conventions.
//!
//! What lives here: the `repr(C)` types, their conversion to and from the core's, the exported functions, and the
//! completion of requests towards C. What may not enter: anything about S3 (that is core's). With
//! `bindings-java/native` this is the only crate with `unsafe`, and every block says why it holds.
//!
//! # Safety
//!
//! One contract for every exported function: a pointer is null, or points to what its type and length say for as
//! long as the function's documentation says; a handle came from this library and has not been freed. Everything else
//! (null, lengths, UTF-8, numbers out of range, calls after close) is checked, and a panic ends at the boundary.

#![allow(non_camel_case_types)] // C's names, and the header takes them as they are
#![allow(clippy::missing_safety_doc)] // one contract for all, above
#![allow(clippy::doc_markdown)] // the docs go into a C header, where backticks are noise

mod abi;
mod arena;
mod body;
mod calls;
mod client;
mod completion;
mod download;
mod error;
mod generated;
mod get;
#[cfg(feature = "inventory")]
pub mod layout;
mod presign;
mod put;
mod read;
mod runtime;
mod target;
mod upload;
mod version;

pub use abi::*;
pub use body::*;
pub use client::*;
pub use completion::*;
pub use download::*;
pub use error::*;
pub use generated::*;
pub use get::*;
pub use presign::*;
pub use put::*;
pub use target::*;
pub use upload::*;
pub use version::*;
