//! One connection: how it ends, and when it is given up.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use super::limits::Limits;

/// What is sent by something that does not speak HTTP.
const NOT_HTTP: &[u8] = b"\x15\x03\x01\x00\x02\x02\x46 this is no HTTP\r\n\r\n";

/// What the server decides about a connection while it serves it. Clones are of the same connection.
#[derive(Clone, Debug)]
pub(super) struct ConnectionState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// How the connection ends when it is dropped.
    end: AtomicU8,
    /// Odd while it waits for the head of a request, another number for each; even while a request is answered or the connection closes.
    turn: AtomicU64,
    /// Whether the client had closed its side when the connection was last polled while it answered.
    client_left: AtomicBool,
}

/// How often within the limit for a head a connection is looked at: what is found out in this way may be found that much later. Requests need
/// not read the clock then.
const LOOKS: u32 = 8;

impl ConnectionState {
    const RESET: u8 = 1;
    const NOT_HTTP: u8 = 2;
    const HEAR_OUT: u8 = 3;

    fn new() -> Self {
        Self(Arc::new(Shared { end: AtomicU8::new(0), turn: AtomicU64::new(0), client_left: AtomicBool::new(false) }))
    }

    /// It ends in good order, at once.
    pub(super) fn close(&self) {
        self.0.end.store(0, Ordering::Relaxed);
    }

    /// It ends in good order, after the client has been heard for a while.
    pub(super) fn hear_out(&self) {
        self.0.end.store(Self::HEAR_OUT, Ordering::Relaxed);
    }

    /// It ends with a reset (RST) instead of an orderly close.
    pub(super) fn reset(&self) {
        self.0.end.store(Self::RESET, Ordering::Relaxed);
    }

    /// It ends with a few bytes that are no HTTP.
    pub(super) fn send_non_http(&self) {
        self.0.end.store(Self::NOT_HTTP, Ordering::Relaxed);
    }

    fn waits(&self) -> bool {
        is_wait(self.turn())
    }

    fn turn(&self) -> u64 {
        self.0.turn.load(Ordering::Relaxed)
    }

    fn end(&self) -> u8 {
        self.0.end.load(Ordering::Relaxed)
    }

    /// The head of a request has arrived.
    pub(super) fn answer(&self) {
        self.0.turn.store((self.turn() + 1) & !1, Ordering::Relaxed);
    }

    /// From now on it waits for the head of a request.
    pub(super) fn wait_for_head(&self) {
        self.0.turn.store((self.turn() + 1) | 1, Ordering::Relaxed);
    }

    /// Whether the client had closed its side is noted anew with each poll.
    fn note_client(&self, has_left: bool) {
        self.0.client_left.store(has_left, Ordering::Relaxed);
    }

    /// The answer, after which the connection waits for the head of a request. A body that comes in pieces may take its time.
    pub(super) fn while_sent(&self, response: Response) -> Response {
        if response.body().size_hint().exact().is_some() {
            self.wait_for_head();
            return response;
        }
        response.map(|body| Body::new(BodyInPieces { body, state: self.clone() }))
    }

    /// Returns why the connection is to be closed, once there is a reason. It has this limit for the head of a request, and up to an eighth more.
    /// A client that leaves while it is answered is mostly found by hyper, which closes the connection at once; but hyper does not read on
    /// behind a second request, nor behind a body that broke off or that nobody wants. This finds every one, after a quarter of the limit at most.
    pub(super) async fn is_given_up(&self, head_within: Duration) -> GivenUp {
        let mut watch = Watch::default();
        loop {
            if let Some(reason) = watch.look(self.turn(), self.0.client_left.load(Ordering::Relaxed)) {
                return reason;
            }
            tokio::time::sleep(head_within / LOOKS).await;
        }
    }
}

fn is_wait(turn: u64) -> bool {
    turn % 2 == 1
}

/// Why the server closes a connection by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenUp {
    HeadOverdue,
    ClientLeft,
}

/// What was seen of a connection at regular looks.
#[derive(Debug, Default)]
struct Watch {
    turn: u64,
    /// For how many looks in a row nothing has come of it.
    looks: u32,
}

impl Watch {
    /// Looks at the connection: whether it has waited for one head at every look within the limit, or has answered
    /// one request since the last look although the client has left.
    fn look(&mut self, turn: u64, client_left: bool) -> Option<GivenUp> {
        let lingers = turn == self.turn && (is_wait(turn) || client_left);
        self.looks = if lingers { self.looks + 1 } else { 0 };
        self.turn = turn;
        match (is_wait(turn), self.looks) {
            (true, LOOKS) => Some(GivenUp::HeadOverdue),
            (false, 1..) => Some(GivenUp::ClientLeft),
            _ => None,
        }
    }
}

/// A body after whose end the connection waits for the head of a request.
struct BodyInPieces {
    body: Body,
    state: ConnectionState,
}

impl HttpBody for BodyInPieces {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for BodyInPieces {
    fn drop(&mut self) {
        self.state.wait_for_head();
    }
}

/// A TCP connection that ends as its state says. Its writes fail once the client has taken nothing for a while.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    state: ConnectionState,
    /// How long the client may take nothing of what is written.
    stall_within: Duration,
    /// Runs while a write waits.
    stalling: Option<Pin<Box<Sleep>>>,
    /// How long a client is heard that is still sending at the end.
    hear_within: Duration,
    /// Runs from that end on.
    hearing: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, limits: &Limits) -> Self {
        let (stall_within, hear_within) = (limits.answer_stall, limits.body_read);
        Self { stream, state: ConnectionState::new(), stall_within, stalling: None, hear_within, hearing: None }
    }

    pub(super) fn state(&self) -> ConnectionState {
        self.state.clone()
    }

    /// Whether the client has closed its side, even if what it sent before is unread.
    fn is_left(&self) -> bool {
        let ready = pin!(self.stream.ready(Interest::READABLE));
        matches!(ready.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(ready)) if ready.is_read_closed())
    }

    /// Fails if the client has taken nothing for too long.
    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.stalling.take().is_some() && self.state.waits() {
                // A slow reader still reads: it cannot have sent the next head.
                self.state.wait_for_head();
            }
            return written;
        }
        let within = self.stall_within;
        let timer = self.stalling.get_or_insert_with(|| Box::pin(tokio::time::sleep(within)));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read its answer")))
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
        match self.state.end() {
            ConnectionState::RESET => drop(self.stream.set_zero_linger()),
            ConnectionState::NOT_HTTP => drop(self.stream.try_write(NOT_HTTP)),
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
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper calls it at the end of each poll of the connection.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.state.waits() {
            self.state.note_client(self.is_left());
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        // From now on no head is awaited, and another limit holds.
        self.state.answer();
        match self.state.end() {
            ConnectionState::RESET | ConnectionState::NOT_HTTP => Poll::Ready(Ok(())),
            end => self.poll_hear_out(context, end == ConnectionState::HEAR_OUT),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// More than the network's buffers hold.
    const LARGE: usize = 16 * 1024 * 1024;

    async fn connected(answer_stall: Duration) -> (Socket, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        (Socket::new(stream, &Limits { answer_stall, ..Limits::default() }), client)
    }

    #[tokio::test]
    async fn a_write_that_is_never_read_fails_in_the_end() {
        let (mut socket, _client) = connected(Duration::from_millis(1)).await;
        let error = socket.write_all(&vec![0; LARGE]).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (io::ErrorKind::TimedOut, "the client does not read its answer")
        );
    }

    #[tokio::test]
    async fn every_byte_that_is_read_stops_the_clock() {
        let (mut socket, mut client) = connected(Duration::from_mins(1)).await;
        let (sent, mut seen) = (vec![7; LARGE], vec![0; LARGE]);
        let (written, read) = tokio::join!(socket.write_all(&sent), client.read_exact(&mut seen));
        written.unwrap();
        read.unwrap();
        assert!(seen == sent && socket.stalling.is_none());
    }

    /// After how many more looks a connection is given up, and why.
    fn looks_left(watch: &mut Watch, turn: u64, client_left: bool) -> Option<(u32, GivenUp)> {
        (1..=2 * LOOKS).find_map(|look| Some((look, watch.look(turn, client_left)?)))
    }

    #[test]
    fn a_head_is_overdue_only_while_it_is_awaited() {
        let (state, mut watch) = (ConnectionState::new(), Watch::default());
        assert_eq!(looks_left(&mut watch, state.turn(), false), None);
        state.wait_for_head();
        assert_eq!(looks_left(&mut watch, state.turn(), false), Some((LOOKS + 1, GivenUp::HeadOverdue)));
        state.answer();
        assert_eq!(looks_left(&mut watch, state.turn(), false), None);
    }

    #[test]
    fn each_head_has_all_the_time() {
        let (state, mut watch) = (ConnectionState::new(), Watch::default());
        for _ in 0..2 * LOOKS {
            state.wait_for_head();
            assert_eq!(watch.look(state.turn(), false), None);
            state.answer();
        }
        for _ in 0..2 * LOOKS {
            // A client that reads slowly.
            state.wait_for_head();
            assert_eq!(watch.look(state.turn(), false), None);
        }
        assert_eq!(looks_left(&mut watch, state.turn(), false), Some((LOOKS, GivenUp::HeadOverdue)));
    }

    #[test]
    fn a_client_that_has_left_is_given_up_if_its_request_was_there_at_the_look_before() {
        let (state, mut watch) = (ConnectionState::new(), Watch::default());
        for _ in 0..2 * LOOKS {
            state.wait_for_head();
            assert_eq!(watch.look(state.turn(), false), None);
            state.answer();
            assert_eq!(watch.look(state.turn(), true), None);
        }
        assert_eq!(watch.look(state.turn(), false), None);
        assert_eq!(watch.look(state.turn(), true), Some(GivenUp::ClientLeft));
    }

    #[test]
    fn a_body_in_pieces_is_awaited_to_its_end() {
        let state = ConnectionState::new();
        let whole = state.while_sent(Response::new(Body::from("whole")));
        assert!(state.waits());
        drop(whole);
        state.answer();
        let in_pieces = Body::new(http_body_in_pieces());
        let response = state.while_sent(Response::new(in_pieces));
        assert!(!state.waits());
        drop(response);
        assert!(state.waits());
    }

    /// A body that does not say how long it is.
    fn http_body_in_pieces() -> impl HttpBody<Data = Bytes, Error = axum::Error> {
        struct Unsized;
        impl HttpBody for Unsized {
            type Data = Bytes;
            type Error = axum::Error;

            fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
                Poll::Ready(None)
            }
        }
        Unsized
    }
}
