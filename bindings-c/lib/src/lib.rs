//! `libs3kms.so` and `libs3kms.a`: everything in them comes from `s3kms-abi`.
//!
//! A crate of its own, because the library must be called `s3kms` like the core crate, and a crate that others link as
//! Rust (the C# generator) cannot share that file name.

// Linked for its exported functions.
extern crate s3kms_abi as _;
