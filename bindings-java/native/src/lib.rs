//! The JNI layer of the JAR: a few natives over [`s3kms::session::Session`].
//!
//! Requests and results cross as compact frames ([`frame`]), written and read by generated code on both sides.
//! Java holds clients, requests and streams as numbers that are looked up here, never as pointers: a stale number is
//! an error. Calls end in one static upcall with the tag that Java gave.
//!
//! Not here: anything about S3 or encryption (rust-core), and anything that an application sees (the Java classes).
//! `unsafe` is confined to [`vm`] and [`arrays`].

#![deny(unsafe_op_in_unsafe_fn)]

mod arrays;
mod completion;
#[forbid(unsafe_code)]
mod errors;
#[forbid(unsafe_code)]
pub mod frame;
#[forbid(unsafe_code)]
mod generated;
mod natives;
mod policy;
#[forbid(unsafe_code)]
mod registry;
mod runtime;
#[forbid(unsafe_code)]
mod streams;
mod vm;

#[cfg(test)]
mod tests;
