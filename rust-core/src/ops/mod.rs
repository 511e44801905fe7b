//! The operations: what each checks, which encryption headers it carries, and how its answer is verified.

mod copy;
mod delete;
mod get;
mod head;
mod multipart;
mod presign;
mod put;

use crate::exchange::Reply;
use crate::operation::text;

/// Adds what every result has: request ids and status.
macro_rules! complete {
    ($result:expr, $reply:expr) => {{
        let ids = crate::ops::Ids::of(&$reply);
        let mut result = $result;
        result.request_id = ids.request_id;
        result.extended_request_id = ids.extended_request_id;
        result.http_status = Some(ids.status);
        result
    }};
}
pub(crate) use complete;

pub(crate) struct Ids {
    pub request_id: Option<String>,
    pub extended_request_id: Option<String>,
    pub status: i64,
}

impl Ids {
    pub(crate) fn of<T>(reply: &Reply<T>) -> Self {
        Self {
            request_id: text(&reply.headers, "x-amz-request-id"),
            extended_request_id: text(&reply.headers, "x-amz-id-2"),
            status: i64::from(reply.status.as_u16()),
        }
    }
}
