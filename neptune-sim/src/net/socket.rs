//! A connection that can be told how to end.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// What is sent by something that does not speak HTTP.
const NOT_HTTP: &[u8] = b"\x15\x03\x01\x00\x02\x02\x46 this is no HTTP\r\n\r\n";

/// How a connection ends when it is dropped. Clones are of the same connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate(Arc<AtomicU8>);

impl Fate {
    const RESET: u8 = 1;
    const NOT_HTTP: u8 = 2;
    const HEAR_OUT: u8 = 3;

    /// In good order, at once.
    pub(super) fn close(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// In good order, after the client has been heard for a while.
    pub(super) fn hear_out(&self) {
        self.0.store(Self::HEAR_OUT, Ordering::Relaxed);
    }

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
    /// How long a client is heard that is still sending at the end.
    hear_within: Duration,
    /// Runs from that end on.
    hearing: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, hear_within: Duration) -> Self {
        Self { stream, fate: Fate::default(), hear_within, hearing: None }
    }

    pub(super) fn fate(&self) -> Fate {
        self.fate.clone()
    }

    /// Reads what the client still sends, until it has closed the connection or time is up. Closing with bytes unread would be a reset,
    /// which takes the answer along that the client has not read yet. If nothing is known to come and nothing is there, it does not wait.
    fn poll_hear_out(&mut self, context: &mut Context<'_>, is_more_to_come: bool) -> Poll<io::Result<()>> {
        let mut scratch = [0; 16 * 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(context, &mut buffer) else { break };
            read?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            let within = self.hear_within;
            let timer = self.hearing.get_or_insert_with(|| Box::pin(tokio::time::sleep(within)));
            if timer.as_mut().poll(context).is_ready() {
                return Poll::Ready(Ok(()));
            }
        }
        match &mut self.hearing {
            Some(timer) => timer.as_mut().poll(context).map(Ok),
            None if is_more_to_come => {
                let timer = self.hearing.insert(Box::pin(tokio::time::sleep(self.hear_within)));
                timer.as_mut().poll(context).map(Ok)
            }
            None => Poll::Ready(Ok(())),
        }
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
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        match self.fate.0.load(Ordering::Relaxed) {
            Fate::RESET | Fate::NOT_HTTP => Poll::Ready(Ok(())),
            fate => self.poll_hear_out(context, fate == Fate::HEAR_OUT),
        }
    }
}
