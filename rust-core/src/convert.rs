//! Small conversions that the generated code uses: flat to owned, ours to the SDK's and back.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;

use crate::error::Error;

/// Stands in Debug output for what must not be printed.
pub(crate) struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("** redacted **")
    }
}

/// Refuses an absent or empty field.
pub(crate) fn required(value: &str, field: &'static str) -> Result<(), Error> {
    if value.is_empty() {
        return Err(Error::invalid(field, format!("{field} must not be null or empty")));
    }
    Ok(())
}

pub(crate) fn owned(value: Option<&str>) -> Option<String> {
    value.map(str::to_owned)
}

pub(crate) fn owned_map(pairs: Vec<(&str, &str)>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

pub(crate) fn sdk_map(map: BTreeMap<String, String>) -> Option<HashMap<String, String>> {
    (!map.is_empty()).then(|| map.into_iter().collect())
}

#[cfg(test)]
pub(crate) fn from_sdk_map(map: Option<HashMap<String, String>>) -> BTreeMap<String, String> {
    map.into_iter().flatten().collect()
}

/// Milliseconds since 1970 UTC to a time that HTTP can write: the years 1 to 9999.
pub(crate) fn time(millis: Option<i64>, field: &'static str) -> Result<Option<SystemTime>, Error> {
    const FIRST: i64 = -62_135_596_800_000;
    const LAST: i64 = 253_402_300_799_999;
    let Some(millis) = millis else { return Ok(None) };
    if !(FIRST..=LAST).contains(&millis) {
        return Err(Error::invalid(field, format!("{field} must lie in the years 1 to 9999")));
    }
    let distance = Duration::from_millis(millis.unsigned_abs());
    Ok(Some(if millis < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }))
}

/// A time as milliseconds since 1970 UTC, the form in which it crosses the boundary.
#[must_use]
pub fn to_millis(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis),
    }
}

pub(crate) fn from_sdk_time(time: Option<DateTime>) -> Option<SystemTime> {
    time.and_then(|time| SystemTime::try_from(time).ok())
}
