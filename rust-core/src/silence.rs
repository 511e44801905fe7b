//! The limit on how long a server may say nothing.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Sleep;

use crate::error::{Error, ErrorKind};
use crate::lane;
use crate::upload::Progress;

/// A connection's watch over its server.
///
/// Its timer is set once and looked at again when it rings, however many waits begin and end meanwhile: a timer for each
/// would take the runtime's lock twice, and a timer that is due before all others wakes a worker for nothing.
pub(crate) struct Silence {
    limit: Option<Duration>,
    since: Instant,
    timer: Option<Pin<Box<Sleep>>>,
    /// Where the timer was set.
    lane: u64,
}

impl Silence {
    pub(crate) fn new(limit: Option<Duration>) -> Self {
        Self { limit, since: Instant::now(), timer: None, lane: lane::NONE }
    }

    /// A wait begins.
    pub(crate) fn begin(&mut self) {
        self.since = Instant::now();
        if self.lane != lane::current() {
            self.lane = lane::current();
            self.timer = None;
        }
    }

    /// Ready with the error when the server has been silent for too long. While a request's body moves, or we wait for
    /// its source, that is no silence of the server's.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, progress: Option<&Progress>) -> Poll<Error> {
        let Some(limit) = self.limit else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        while timer.as_mut().poll(cx).is_ready() {
            let silent = progress.map_or_else(|| self.since.elapsed(), Progress::idle);
            if silent >= limit {
                return Poll::Ready(error(limit));
            }
            timer.as_mut().reset(tokio::time::Instant::now() + limit.saturating_sub(silent));
        }
        Poll::Pending
    }
}

fn error(limit: Duration) -> Error {
    Error::new(ErrorKind::Timeout, format!("the server sent nothing for {} ms", limit.as_millis()))
        .hint("Raise the read (socket) timeout where the server is known to be slow")
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_wait_has_its_full_time_though_the_timer_was_set_for_an_earlier_one() {
        let limit = Duration::from_millis(60);
        let mut silence = Silence::new(Some(limit));
        assert!(poll_fn(|cx| silence.poll(cx, None)).now_or_never().is_none());
        tokio::time::sleep(limit / 2).await;
        let begin = Instant::now();
        silence.begin();
        poll_fn(|cx| silence.poll(cx, None)).await;
        assert!(begin.elapsed() >= limit);
    }

    #[tokio::test]
    async fn without_a_limit_no_silence_is_too_long() {
        let mut silence = Silence::new(None);
        assert!(poll_fn(|cx| silence.poll(cx, None)).now_or_never().is_none());
        assert!(silence.timer.is_none());
    }
}
