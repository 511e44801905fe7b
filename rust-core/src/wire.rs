//! Between fields and HTTP: what the generated code writes requests with and reads answers with.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::date_time::{DateTime, Format};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, ErrorKind};
use crate::operation::NOT_S3;
use crate::signer::encode_into;

/// Writes a header, if there is one.
pub(crate) fn header(
    headers: &mut HeaderMap,
    name: HeaderName,
    value: Option<&str>,
    field: &'static str,
) -> Result<(), Error> {
    let Some(value) = value else { return Ok(()) };
    let value = HeaderValue::from_str(value).map_err(|_| {
        Error::invalid(field, format!("{field} cannot stand in an HTTP header: {}", value.escape_debug()))
    })?;
    headers.insert(name, value);
    Ok(())
}

/// Writes a header for each entry.
pub(crate) fn entries(
    headers: &mut HeaderMap,
    prefix: &str,
    entries: &BTreeMap<String, String>,
    field: &'static str,
) -> Result<(), Error> {
    for (name, value) in entries {
        let bad =
            || Error::invalid(field, format!("{field}: {:?} cannot stand in an HTTP header", name.escape_debug()));
        let name = HeaderName::try_from([prefix, name].concat()).map_err(|_| bad())?;
        headers.insert(name, HeaderValue::from_str(value).map_err(|_| bad())?);
    }
    Ok(())
}

/// Writes a parameter of the query, if there is one.
pub(crate) fn parameter(query: &mut String, name: &str, value: Option<&str>) {
    let Some(value) = value else { return };
    if !query.is_empty() {
        query.push('&');
    }
    encode_into(name, false, query);
    query.push('=');
    encode_into(value, false, query);
}

pub(crate) fn flag(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// `Tue, 24 Nov 2026 05:23:00 GMT`, without fractions, which HTTP does not know.
pub(crate) fn http_date(time: SystemTime) -> String {
    let whole = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => UNIX_EPOCH + Duration::from_secs(since.as_secs()),
        Err(before) => {
            let before = before.duration();
            UNIX_EPOCH - Duration::from_secs(before.as_secs() + u64::from(before.subsec_nanos() > 0))
        }
    };
    // The years 1 to 9999, which `convert::time` lets through, can be written.
    DateTime::from(whole).fmt(Format::HttpDate).unwrap_or_default()
}

/// `2026-11-24T05:23:00Z`
pub(crate) fn date_time(time: SystemTime) -> String {
    DateTime::from(time).fmt(Format::DateTime).unwrap_or_default()
}

pub(crate) fn read_flag(value: &str, header: &str) -> Result<bool, Error> {
    value.parse().map_err(|_| unreadable(value, header))
}

pub(crate) fn read_number(value: &str, header: &str) -> Result<i64, Error> {
    value.parse().map_err(|_| unreadable(value, header))
}

pub(crate) fn read_http_date(value: &str, header: &str) -> Result<SystemTime, Error> {
    read_time(value, header, Format::HttpDate)
}

pub(crate) fn read_date_time(value: &str, header: &str) -> Result<SystemTime, Error> {
    read_time(value, header, Format::DateTimeWithOffset)
}

fn read_time(value: &str, header: &str, format: Format) -> Result<SystemTime, Error> {
    let time = DateTime::from_str(value, format).ok().and_then(|time| SystemTime::try_from(time).ok());
    time.ok_or_else(|| unreadable(value, header))
}

fn unreadable(value: &str, header: &str) -> Error {
    Error::new(ErrorKind::Internal, format!("an answer that is not S3's: {header}: {}", value.escape_debug()))
        .hint(NOT_S3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_dates_are_whole_seconds_of_any_year() {
        let at = |millis: i64| crate::convert::time(Some(millis), "t").unwrap().unwrap();
        for (millis, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_999, "Thu, 01 Jan 1970 00:00:01 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (-62_135_596_800_000, "Mon, 01 Jan 0001 00:00:00 GMT"),
            (253_402_300_799_999, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] {
            assert_eq!(http_date(at(millis)), text);
        }
    }
}
