//! Conditional requests, in the order of RFC 9110 section 13.2.2, as S3 applies it.

use std::time::SystemTime;

use s3s::S3Result;
use s3s::dto::{ETagCondition, Timestamp};

use crate::error::s3_error;

/// The four conditions of a read or of a copy's source.
#[derive(Default, Clone)]
#[allow(clippy::struct_field_names, reason = "the fields have the names of the headers")]
pub struct Conditions {
    /// The object must have this `ETag`.
    pub if_match: Option<ETagCondition>,
    /// The object must not have this `ETag`.
    pub if_none_match: Option<ETagCondition>,
    /// The object must be newer.
    pub if_modified_since: Option<Timestamp>,
    /// The object must not be newer.
    pub if_unmodified_since: Option<Timestamp>,
}

/// What the conditions say.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Verdict {
    /// Go on.
    Proceed,
    /// 304 for reads, 412 for copies.
    NotModified,
    /// 412.
    Failed,
}

impl Conditions {
    /// Judges an object by its `ETag` (without quotes) and date.
    pub fn judge(&self, etag: &str, modified: SystemTime) -> Verdict {
        let matches = |condition: &ETagCondition| condition.as_etag().is_none_or(|tag| tag.value() == etag);
        let modified = Timestamp::from(modified);
        match (&self.if_match, &self.if_unmodified_since) {
            (Some(tag), _) if !matches(tag) => return Verdict::Failed,
            (None, Some(date)) if modified > *date => return Verdict::Failed,
            _ => {}
        }
        match (&self.if_none_match, &self.if_modified_since) {
            (Some(tag), _) if matches(tag) => Verdict::NotModified,
            (None, Some(date)) if modified <= *date => Verdict::NotModified,
            _ => Verdict::Proceed,
        }
    }
}

/// 412 `PreconditionFailed`.
pub fn failed() -> s3s::S3Error {
    s3_error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
}

/// Conditional writes: `If-None-Match: *` and `If-Match`. `current` is the `ETag` of what is there.
///
/// Errors: 412 `PreconditionFailed`; 404 `NoSuchKey` for `If-Match` on nothing.
pub fn check_write(
    current: Option<&str>,
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
) -> S3Result<()> {
    if if_none_match.is_some() && current.is_some() {
        return Err(failed());
    }
    match (if_match.and_then(ETagCondition::as_etag), current) {
        (Some(_), None) => Err(s3_error(404, "NoSuchKey", "The specified key does not exist.")),
        (Some(tag), Some(current)) if tag.value() != current => Err(failed()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn the_verdict_follows_the_order_of_the_rfc() {
        let at = UNIX_EPOCH + Duration::from_secs(1_000_000);
        let date = |offset: i64| {
            Some(Timestamp::from(
                at.checked_add(Duration::from_secs(10)).unwrap()
                    - Duration::from_secs(u64::try_from(10 - offset).unwrap()),
            ))
        };
        let tag = |text: &str| Some(text.parse::<ETagCondition>().unwrap());
        let c = |m, n, since, unmodified| Conditions {
            if_match: m,
            if_none_match: n,
            if_modified_since: since,
            if_unmodified_since: unmodified,
        };
        let table = [
            (c(None, None, None, None), Verdict::Proceed),
            (c(tag("\"a\""), None, None, None), Verdict::Proceed),
            (c(tag("\"b\""), None, None, None), Verdict::Failed),
            (c(tag("\"a\""), None, None, date(-1)), Verdict::Proceed),
            (c(None, None, None, date(-1)), Verdict::Failed),
            (c(None, None, None, date(0)), Verdict::Proceed),
            (c(None, tag("\"a\""), None, None), Verdict::NotModified),
            (c(None, tag("\"b\""), None, None), Verdict::Proceed),
            (c(None, tag("\"b\""), date(0), None), Verdict::Proceed),
            (c(None, None, date(0), None), Verdict::NotModified),
            (c(None, None, date(-1), None), Verdict::Proceed),
        ];
        for (index, (conditions, expected)) in table.into_iter().enumerate() {
            assert_eq!(conditions.judge("a", at), expected, "row {index}");
        }
    }
}
