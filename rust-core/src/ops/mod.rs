//! The operations: what each checks, which encryption headers it carries, and how its answer is verified.

mod copy;
mod delete;
mod get;
mod head;
mod multipart;
mod presign;
mod put;

pub use presign::PresignBatchResult;

/// The result of an operation: the SDK's output, with the request ids and status that every result has.
macro_rules! result {
    ($result:ty, $reply:expr) => {{
        let reply = $reply;
        let mut result = <$result>::from(reply.output);
        result.request_id = crate::operation::text(&reply.headers, "x-amz-request-id");
        result.extended_request_id = crate::operation::text(&reply.headers, "x-amz-id-2");
        result.http_status = Some(i64::from(reply.status.as_u16()));
        result
    }};
}
pub(crate) use result;
