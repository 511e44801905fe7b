//! `aws-chunked` bodies: content that is signed chunk by chunk as it goes, or bears its checksum behind it, because it
//! cannot be read twice.
//!
//! AWS documentation: [signed chunks](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html),
//! [trailing checksums](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html).

use std::collections::VecDeque;
use std::task::{Context, Poll, ready};

use aws_lc_rs::digest;
use bytes::Bytes;

use crate::checksum::Checksum;
use crate::error::Error;
use crate::signer::{EMPTY_SHA256, Seed, hex_text, sha256_hex};
use crate::upload::Source;

/// Content of one chunk. S3 asks for 8 KiB at least; a multiple divides a piece of a file evenly.
const CHUNK: u64 = 1 << 18;
/// `;chunk-signature=` and 64 hexadecimal digits.
const SIGNATURE: u64 = 17 + 64;

/// A source in `aws-chunked` encoding.
pub(crate) struct Chunked {
    source: Source,
    seed: Option<Seed>,
    checksum: Option<Checksum>,
    /// Content of the chunk that is being gathered.
    parts: Vec<Bytes>,
    gathered: u64,
    /// Encoded frames that are ready to go.
    ready: VecDeque<Bytes>,
    remaining: u64,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Content,
    Ended,
}

impl Chunked {
    /// Encodes a source; signed where a seed is given, with a trailing checksum where one is asked for.
    pub(crate) fn new(source: Source, seed: Option<Seed>, checksum: Option<Checksum>) -> Self {
        let remaining = encoded_length(source.remaining(), seed.is_some(), checksum.as_ref());
        Self {
            source,
            seed,
            checksum,
            parts: Vec::new(),
            gathered: 0,
            ready: VecDeque::new(),
            remaining,
            state: State::Content,
        }
    }

    pub(crate) fn remaining(&self) -> u64 {
        self.remaining
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                self.remaining -= frame.len() as u64;
                return Poll::Ready(Some(Ok(frame)));
            }
            if self.state == State::Ended {
                return Poll::Ready(None);
            }
            match ready!(self.source.poll_next(cx)) {
                Some(Ok(piece)) => self.gather(piece),
                Some(Err(error)) => {
                    self.state = State::Ended;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    self.flush();
                    self.end();
                    self.state = State::Ended;
                }
            }
        }
    }

    fn gather(&mut self, mut piece: Bytes) {
        if let Some(checksum) = &mut self.checksum {
            checksum.update(&piece);
        }
        while !piece.is_empty() {
            let room = usize::try_from(CHUNK - self.gathered).unwrap_or(usize::MAX);
            let part = piece.split_to(piece.len().min(room));
            self.gathered += part.len() as u64;
            self.parts.push(part);
            if self.gathered == CHUNK {
                self.flush();
            }
        }
    }

    /// Turns what was gathered into a chunk.
    fn flush(&mut self) {
        if self.gathered == 0 {
            return;
        }
        let mut head = format!("{:x}", self.gathered);
        if let Some(seed) = &mut self.seed {
            let mut hash = digest::Context::new(&digest::SHA256);
            for part in &self.parts {
                hash.update(part);
            }
            head.push_str(";chunk-signature=");
            head.push_str(seed.chunk(&hex_text(hash.finish().as_ref())));
        }
        head.push_str("\r\n");
        self.ready.push_back(head.into());
        self.ready.extend(self.parts.drain(..));
        self.ready.push_back(Bytes::from_static(b"\r\n"));
        self.gathered = 0;
    }

    /// The empty chunk, and the trailer.
    fn end(&mut self) {
        let mut tail = String::from("0");
        if let Some(seed) = &mut self.seed {
            tail.push_str(";chunk-signature=");
            tail.push_str(seed.chunk(EMPTY_SHA256));
        }
        tail.push_str("\r\n");
        if let Some(checksum) = self.checksum.take() {
            let name = checksum.header.clone();
            let line = format!("{name}:{}", checksum.finish());
            tail.push_str(&line);
            tail.push_str("\r\n");
            if let Some(seed) = &mut self.seed {
                tail.push_str("x-amz-trailer-signature:");
                tail.push_str(seed.trailer(&sha256_hex(format!("{line}\n").as_bytes())));
                tail.push_str("\r\n");
            }
        }
        tail.push_str("\r\n");
        self.ready.push_back(tail.into());
    }
}

/// Bytes of the encoded body, which Content-Length must name beforehand.
pub(crate) fn encoded_length(content: u64, signed: bool, checksum: Option<&Checksum>) -> u64 {
    let chunk = |length: u64| hex_digits(length) + if signed { SIGNATURE } else { 0 } + 2 + length + 2;
    let rest = content % CHUNK;
    let trailer = checksum.map_or(0, |checksum| {
        let line = checksum.header.as_str().len() + 1 + checksum.length + 2;
        line as u64 + if signed { "x-amz-trailer-signature:".len() as u64 + 64 + 2 } else { 0 }
    });
    content / CHUNK * chunk(CHUNK) + if rest > 0 { chunk(rest) } else { 0 } + chunk(0) + trailer
}

fn hex_digits(number: u64) -> u64 {
    u64::from((64 - number.leading_zeros()).div_ceil(4).max(1))
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;
    use crate::generated::types::ChecksumAlgorithm;

    #[tokio::test]
    async fn the_length_that_was_promised_is_the_length_that_comes() {
        for size in [0, 1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5] {
            for algorithm in [None, Some("CRC32"), Some("SHA256")] {
                let content = vec![b'x'; usize::try_from(size).unwrap()];
                let checksum = algorithm.map(|name| Checksum::new(&ChecksumAlgorithm::from(name)).unwrap());
                let promised = encoded_length(size, false, checksum.as_ref());
                let mut body = Chunked::new(Source::Bytes(content.into()), None, checksum);
                let mut encoded = Vec::new();
                while let Some(frame) = poll_fn(|cx| body.poll_next(cx)).await {
                    encoded.extend_from_slice(&frame.unwrap());
                }
                assert_eq!(encoded.len() as u64, promised, "{size} {algorithm:?}");
                assert_eq!(body.remaining(), 0);
                assert!(encoded.ends_with(b"\r\n\r\n"));
            }
        }
    }
}
