//! The frame in which an error crosses to Java. `ErrorFrame.java` reads it; its numbers are fixed here and there.

use s3kms::Error;

use crate::frame::FrameWriter;

/// The frame of an error.
pub fn encode(error: &Error) -> Vec<u8> {
    let details = error.details();
    let mut writer = FrameWriter::default();
    writer.int(1, Some(i64::from(details.kind.number())));
    writer.text(2, Some(&details.message));
    writer.text(3, details.field);
    writer.int(4, (details.http_status != 0).then_some(i64::from(details.http_status)));
    writer.text(5, details.code.as_deref());
    writer.text(6, details.request_id.as_deref());
    writer.text(7, details.extended_request_id.as_deref());
    writer.text(8, details.hint.as_deref());
    writer.boolean(9, Some(details.retryable));
    writer.into_bytes()
}
