//! One connection: requests are read to their end, in order, and answered.

use std::io::{Error, ErrorKind, Read, Result, Write};

use crate::Server;
use crate::answer::Head;

/// Large enough that 8 MiB take few system calls, small enough to stay in the processor's cache.
const BUFFER: usize = 256 * 1024;

/// Serves until the client closes the connection.
pub fn serve<S: Read + Write>(server: &Server, stream: S) -> Result<()> {
    let mut input = Input { stream, buffer: vec![0; BUFFER], start: 0, end: 0 };
    let mut output = Vec::with_capacity(4096);
    while let Some(length) = input.head()? {
        let head_bytes = input.buffer[input.start..input.start + length].to_vec();
        input.start += length;
        server.record(&head_bytes);
        let head = Head::parse(std::str::from_utf8(&head_bytes).map_err(|_| bad("a head that is not UTF-8"))?);
        if head.expects_continue {
            input.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            input.stream.flush()?;
        }
        let received = if head.chunked { input.skip_chunks()? } else { input.skip(head.content_length)? };
        output.clear();
        let body = server.answers.write(&head, received, &mut output);
        // A small answer leaves in one piece.
        if body.len() <= 64 * 1024 {
            output.extend_from_slice(body);
            input.stream.write_all(&output)?;
        } else {
            input.stream.write_all(&output)?;
            input.stream.write_all(body)?;
        }
        input.stream.flush()?;
        if head.closes {
            break;
        }
    }
    Ok(())
}

/// Bytes that arrived and were not used yet: `buffer[start..end]`.
struct Input<S> {
    stream: S,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl<S: Read> Input<S> {
    /// Reads more; false at the end of the stream.
    fn fill(&mut self) -> Result<bool> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.end == self.buffer.len() {
            return Err(bad("a head or a chunk's size that is too long"));
        }
        let read = self.stream.read(&mut self.buffer[self.end..])?;
        self.end += read;
        Ok(read > 0)
    }

    /// The length of the next head with its empty line; nothing where the client closed between two requests.
    fn head(&mut self) -> Result<Option<usize>> {
        let mut seen = 0;
        loop {
            let waiting = &self.buffer[self.start..self.end];
            if let Some(at) = waiting[seen..].windows(4).position(|four| four == b"\r\n\r\n") {
                return Ok(Some(seen + at + 4));
            }
            seen = waiting.len().saturating_sub(3);
            if !self.fill()? {
                return if self.start == self.end { Ok(None) } else { Err(ended()) };
            }
        }
    }

    /// Drops `length` bytes; returns that.
    fn skip(&mut self, length: u64) -> Result<u64> {
        let mut left = length;
        loop {
            let here = (self.end - self.start).min(usize::try_from(left).unwrap_or(usize::MAX));
            self.start += here;
            left -= here as u64;
            if left == 0 {
                return Ok(length);
            }
            if !self.fill()? {
                return Err(ended());
            }
        }
    }

    /// Drops a body in chunked transfer encoding; returns its decoded length.
    fn skip_chunks(&mut self) -> Result<u64> {
        let mut total = 0;
        loop {
            let line = self.line()?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(size, 16).map_err(|_| bad("a chunk without a size"))?;
            if size == 0 {
                while !self.line()?.is_empty() {} // trailers
                return Ok(total);
            }
            total += size;
            self.skip(size + 2)?;
        }
    }

    fn line(&mut self) -> Result<String> {
        loop {
            let waiting = &self.buffer[self.start..self.end];
            if let Some(at) = waiting.windows(2).position(|two| two == b"\r\n") {
                let line = String::from_utf8_lossy(&waiting[..at]).into_owned();
                self.start += at + 2;
                return Ok(line);
            }
            if !self.fill()? {
                return Err(ended());
            }
        }
    }
}

fn bad(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

fn ended() -> Error {
    Error::new(ErrorKind::UnexpectedEof, "the connection ended within a request")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Delivers its bytes one at a time: every boundary falls into every place.
    struct Dripping(&'static [u8]);

    impl Read for Dripping {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            self.0 = rest;
            buffer[0] = *first;
            Ok(1)
        }
    }

    fn input(bytes: &'static [u8]) -> Input<Dripping> {
        Input { stream: Dripping(bytes), buffer: vec![0; 64], start: 0, end: 0 }
    }

    #[test]
    fn heads_and_bodies_are_told_apart_wherever_the_pieces_end() {
        let mut input = input(b"PUT / HTTP/1.1\r\n\r\nabcGET / HTTP/1.1\r\n\r\n");
        assert_eq!(input.head().unwrap(), Some(18));
        input.start += 18;
        assert_eq!(input.skip(3).unwrap(), 3);
        assert_eq!(input.head().unwrap(), Some(18));
        input.start += 18;
        assert_eq!(input.head().unwrap(), None);
    }

    #[test]
    fn a_chunked_body_ends_behind_its_trailers() {
        let mut input = input(b"3\r\nabc\r\nA;name=value\r\n0123456789\r\n0\r\nx-amz-checksum-crc32: abc=\r\n\r\nrest");
        assert_eq!(input.skip_chunks().unwrap(), 13);
        assert_eq!(input.line().map_err(|error| error.kind()), Err(ErrorKind::UnexpectedEof));
        assert_eq!(&input.buffer[input.start..input.end], b"rest");
    }

    #[test]
    fn a_body_that_ends_early_is_an_error() {
        assert_eq!(input(b"abc").skip(4).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }
}
