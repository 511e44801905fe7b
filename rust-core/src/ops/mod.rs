//! The operations: what each checks, which encryption headers it carries, and how its answer is verified.

mod copy;
mod delete;
mod get;
mod head;
mod multipart;
mod presign;
mod put;

pub use presign::PresignBatchResult;
