//! A TCP connection that may be used from one runtime after another.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::lane;

/// A socket, known to the I/O driver of the lane on which it was used last.
pub(crate) struct Socket {
    /// Absent where it could not be moved.
    stream: Option<TokioIo<TcpStream>>,
    lane: u64,
}

impl Socket {
    pub(crate) fn new(stream: TokioIo<TcpStream>) -> Self {
        Self { stream: Some(stream), lane: lane::current() }
    }

    /// The socket, known to the driver of this lane: two system calls where it was not.
    fn here(&mut self) -> io::Result<Pin<&mut TokioIo<TcpStream>>> {
        if self.lane != lane::current()
            && let Some(stream) = self.stream.take()
        {
            let stream = TcpStream::from_std(stream.into_inner().into_std()?)?;
            self.stream = Some(TokioIo::new(stream));
            self.lane = lane::current();
        }
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Read for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        self.here()?.poll_read(cx, buffer)
    }
}

impl Write for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.here()?.poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.here()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.here()?.poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.here()?.poll_write_vectored(cx, slices)
    }
}

impl Connection for Socket {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}
