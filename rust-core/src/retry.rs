//! When an attempt is worth another: the SDK's standard mode.
//!
//! Token bucket of 500; a retry costs 5, after a time-out 10; a success gives one back. Backoff is exponential
//! with full jitter: 100 ms doubling (500 ms for throttling), at most 20 s.
//! [AWS documentation](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_runtime::retries::classifiers::{THROTTLING_ERRORS, TRANSIENT_ERRORS};

use crate::error::{Error, ErrorKind};

/// What a failed attempt was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Class {
    /// Another attempt would end the same.
    Permanent,
    /// The network or the server stumbled.
    Transient,
    /// A time limit ran out: retried, and dear.
    Timeout,
    /// Too many requests.
    Throttled,
}

/// Classifies an error by the SDK's lists.
pub(crate) fn classify(error: &Error) -> Class {
    let details = error.details();
    match details.kind {
        ErrorKind::Connection => Class::Transient,
        ErrorKind::Timeout => Class::Timeout,
        ErrorKind::Body if details.retryable => Class::Transient,
        ErrorKind::Service => {
            let code = details.code.as_deref().unwrap_or_default();
            if THROTTLING_ERRORS.contains(&code) {
                Class::Throttled
            } else if TRANSIENT_ERRORS.contains(&code)
                || code == "InternalError"
                || matches!(details.http_status, 500 | 502 | 503 | 504)
            {
                Class::Transient
            } else {
                Class::Permanent
            }
        }
        _ => Class::Permanent,
    }
}

/// The tokens that all requests of a client share: where everything fails, retries stop.
pub(crate) struct Tokens(AtomicU32);

const CAPACITY: u32 = 500;

impl Default for Tokens {
    fn default() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }
}

impl Tokens {
    /// Pays for a retry; false where the bucket is empty.
    pub(crate) fn take(&self, class: Class) -> bool {
        let cost = if class == Class::Timeout { 10 } else { 5 };
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| tokens.checked_sub(cost)).is_ok()
    }

    /// A success: one token, or what the retries of this request cost.
    pub(crate) fn give(&self, retries: u32) {
        if retries == 0 && self.0.load(Ordering::Relaxed) == CAPACITY {
            return;
        }
        let amount = if retries == 0 { 1 } else { 5 * retries };
        let _ =
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| Some((tokens + amount).min(CAPACITY)));
    }
}

/// How long to wait before retry number `retry` (from 1).
pub(crate) fn backoff(class: Class, retry: u32) -> Duration {
    let base = if class == Class::Throttled { 500 } else { 100 };
    let ceiling = (base << (retry - 1).min(8)).min(20_000);
    Duration::from_millis(fastrand::u64(0..=ceiling))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(status: u16, code: &str) -> Error {
        let mut error = Error::new(ErrorKind::Service, "x");
        error.details_mut().http_status = status;
        error.details_mut().code = Some(code.to_owned());
        error
    }

    #[test]
    fn errors_are_classified_by_the_sdks_lists() {
        let table = [
            (service(503, "SlowDown"), Class::Throttled),
            (service(400, "RequestTimeout"), Class::Transient),
            (service(500, "InternalError"), Class::Transient),
            (service(503, ""), Class::Transient),
            (service(404, "NoSuchKey"), Class::Permanent),
            (service(400, "KMS.NotFoundException"), Class::Permanent),
            (Error::new(ErrorKind::Connection, "x"), Class::Transient),
            (Error::new(ErrorKind::Timeout, "x"), Class::Timeout),
            (Error::new(ErrorKind::EncryptionMismatch, "x"), Class::Permanent),
            (Error::new(ErrorKind::Body, "x"), Class::Permanent),
        ];
        for (error, class) in table {
            assert_eq!(classify(&error), class, "{error:?}");
        }
    }

    #[test]
    fn retries_stop_where_everything_fails_and_successes_bring_them_back() {
        let tokens = Tokens::default();
        let mut taken = 0;
        while tokens.take(Class::Transient) {
            taken += 1;
        }
        assert_eq!(taken, 100);
        tokens.give(1);
        assert!(tokens.take(Class::Transient));
        assert!(!tokens.take(Class::Transient));
        for _ in 0..5 {
            tokens.give(0);
        }
        assert!(tokens.take(Class::Transient));
    }

    #[test]
    fn waits_grow_and_are_bounded() {
        for retry in 1..40 {
            let ceiling = (100_u128 << (retry - 1).min(8)).min(20_000);
            assert!(backoff(Class::Transient, retry).as_millis() <= ceiling);
            assert!(backoff(Class::Throttled, retry).as_millis() <= 20_000);
        }
    }
}
