//! A connection that can be told how to end.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What is sent by something that does not speak HTTP.
const NOT_HTTP: &[u8] = b"\x15\x03\x01\x00\x02\x02\x46 this is no HTTP\r\n\r\n";

/// How a connection ends when it is dropped. Clones are of the same connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate(Arc<AtomicU8>);

impl Fate {
    const RESET: u8 = 1;
    const NOT_HTTP: u8 = 2;

    /// With a reset (RST) instead of an orderly close.
    pub(super) fn reset(&self) {
        self.0.store(Self::RESET, Ordering::Relaxed);
    }

    /// With a few bytes that are no HTTP.
    pub(super) fn babble(&self) {
        self.0.store(Self::NOT_HTTP, Ordering::Relaxed);
    }
}

/// A TCP connection with a fate.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    fate: Fate,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, fate: Fate::default() }
    }

    pub(super) fn fate(&self) -> Fate {
        self.fate.clone()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Neither can fail on a connection that still stands, and nothing is to be done about one that does not.
        match self.fate.0.load(Ordering::Relaxed) {
            Fate::RESET => drop(self.stream.set_zero_linger()),
            Fate::NOT_HTTP => drop(self.stream.try_write(NOT_HTTP)),
            _ => {}
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
