//! Sockets: accepts connections, serves HTTP/1.1 on them, and can refuse them for real.
//!
//! It knows nothing about loads. The loop is our own because a server framework keeps its listener; to refuse connections, the
//! process must close the listener and still keep the port.

use std::future::{Future, poll_fn};
use std::io;
use std::net::Ipv4Addr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use neptune_control::TlsTrouble;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::close_mode::CloseMode;
use super::complaints::Complaints;
use super::limits::Limits;
use super::port::{Port, PortMode};
use super::socket::{ConnectionState, Socket};
use super::tls::Tls;

/// How much of a request's head is read at most: Neptune's own limit is unknown, and no client comes near this.
const HEAD_BYTES: usize = 64 * 1024;
/// How long open requests may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait when no connection can be accepted, which happens when the process has too many files open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How a server treats connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PortState {
    pub(crate) port: PortMode,
    /// The trouble that new connections have in their TLS handshake, if any.
    pub(crate) tls: Option<TlsTrouble>,
    /// How many interruptions were ordered so far. A new one closes all earlier connections, even if nothing else changes.
    pub(crate) interruptions: u64,
}

impl PortState {
    /// Whether this state, after another one, closes the existing connections.
    fn close_those_of(self, others: Option<Self>) -> bool {
        let undisturbed = Self { interruptions: self.interruptions, ..Self::default() };
        self != undisturbed || others.is_some_and(|others| others.interruptions != self.interruptions)
    }
}

/// Opens and closes the port of a running server. Clones control the same port.
#[derive(Clone, Debug)]
pub(crate) struct PortHandle {
    wanted: watch::Sender<PortState>,
    commands: mpsc::Sender<PortCommand>,
}

/// A command to bring the port into the wanted state, and to report when that is done.
type PortCommand = oneshot::Sender<io::Result<()>>;

impl PortHandle {
    /// A port handle, and the receiver from which a server reads its commands.
    pub(crate) fn new() -> (Self, PortCommands) {
        let (sender, receiver) = mpsc::channel(1);
        let (wanted, seen) = watch::channel(PortState::default());
        (Self { wanted, commands: sender }, PortCommands { wanted: seen, commands: receiver })
    }

    /// Sets the wanted state of the port. [`PortHandle::apply_port_state`] makes the server adopt it.
    pub(crate) fn want(&self, state: PortState) {
        self.wanted.send_replace(state);
    }

    /// When this returns, the wanted state holds for the next connection, and connections that it does not allow are closed.
    ///
    /// # Errors
    /// What the system says if the port cannot be taken again; `NotConnected` if the server has ended.
    pub(crate) async fn apply_port_state(&self) -> io::Result<()> {
        let ended = || io::Error::new(io::ErrorKind::NotConnected, "the simulator has ended");
        let (done, answer) = oneshot::channel();
        self.commands.send(done).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

/// The commands of a [`PortHandle`], as the server receives them.
#[derive(Debug)]
pub(crate) struct PortCommands {
    wanted: watch::Receiver<PortState>,
    commands: mpsc::Receiver<PortCommand>,
}

/// The code that answers the requests of a server. Each request gets a clone of its own.
pub(crate) trait Service: Clone + Send + 'static {
    /// The answer to one request.
    fn answer(self, request: Request<Incoming>) -> impl Future<Output = Response> + Send;
}

/// How a server treats its connections.
#[derive(Clone, Debug)]
pub(crate) struct Serving<S> {
    /// What answers.
    pub(crate) service: S,
    /// Without it, plain HTTP is spoken; with it, nothing but TLS.
    pub(crate) tls: Option<Tls>,
    /// Limits on the resources that clients use.
    pub(crate) limits: Limits,
    /// One for each connection that is served at a time.
    pub(crate) permits: Arc<Semaphore>,
}

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    task: JoinHandle<()>,
    closing: watch::Sender<bool>,
}

impl Server {
    /// Serves on a port.
    pub(crate) fn start(port: Port, commands: PortCommands, serving: Serving<impl Service>) -> Self {
        let (closing, closed) = watch::channel(false);
        let task = tokio::spawn(accept(port, commands, serving, closed));
        Self { task, closing }
    }

    /// Stops accepting and lets open requests end for a second. [`Server::ended`] returns when that is done.
    pub(crate) fn begin_shutdown(&self) {
        self.closing.send_replace(true);
    }

    /// Shuts down, and returns when the port is free and every connection closed.
    pub(crate) async fn ended(mut self) {
        self.begin_shutdown();
        // The only error is that the task was cancelled, which ends it as well.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(mut port: Port, mut commands: PortCommands, serving: Serving<impl Service>, mut closed: watch::Receiver<bool>) {
    let mut tls_mode = TlsMode::under(None, serving.tls.as_ref());
    // `None`: changing them failed halfway.
    let mut state = Some(PortState::default());
    // Dropping the set ends the connections, whatever they are doing.
    let mut connections = JoinSet::new();
    let mut complaints = Complaints::default();
    loop {
        tokio::select! {
            biased;
            () = close_signal(&mut closed) => break,
            Some(done) = commands.commands.recv() => {
                let wanted = *commands.wanted.borrow();
                let mut result = Ok(());
                if state != Some(wanted) {
                    result = port.set(wanted.port);
                    if wanted.close_those_of(state) {
                        connections.shutdown().await;
                    }
                    tls_mode = TlsMode::under(wanted.tls, serving.tls.as_ref());
                    state = result.is_ok().then_some(wanted);
                }
                // The sender of the command may have stopped waiting.
                let _ = done.send(result);
            }
            Some(_) = connections.join_next() => {}
            next = port.next(&serving.permits) => match next {
                Ok((stream, permit)) => {
                    connections.spawn(receive(stream, serving.clone(), tls_mode.clone(), closed.clone(), permit));
                }
                Err(error) => {
                    if let Some(times) = complaints.tell(Instant::now()) {
                        let address = port.address();
                        tracing::warn!(%error, %address, times, "cannot accept connections: they wait. Too many open files? `ulimit -n`");
                    }
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(port);
    let _ = tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
}

/// Returns when the server is to end, or is gone.
async fn close_signal(closed: &mut watch::Receiver<bool>) {
    let _ = closed.wait_for(|closed| *closed).await;
}

/// How connections are received.
#[derive(Clone, Debug)]
enum TlsMode {
    /// In plain HTTP.
    Plain,
    /// With a handshake, in which the server shows this identity.
    Secure(Tls),
    /// The server reads what the client sends first, and then closes the connection.
    HangUp,
}

impl TlsMode {
    fn under(trouble: Option<TlsTrouble>, tls: Option<&Tls>) -> Self {
        match (tls, trouble) {
            (None, None) | (Some(_), Some(TlsTrouble::PlainHttp)) => Self::Plain,
            (None, Some(_)) => Self::HangUp,
            (Some(tls), None) => Self::Secure(tls.clone()),
            (Some(tls), Some(trouble)) => tls.in_trouble(trouble).map_or(Self::HangUp, Self::Secure),
        }
    }
}

/// Serves one connection from its first byte.
async fn receive(
    stream: TcpStream,
    serving: Serving<impl Service>,
    tls_mode: TlsMode,
    closed: watch::Receiver<bool>,
    _permit: OwnedSemaphorePermit,
) {
    // Without it the system may hold small answers back for 40 ms. Failing to set it only costs that time.
    let _ = stream.set_nodelay(true);
    let Serving { service, limits, .. } = serving;
    // Only the certificate depends on it, and a connection that has lost it needs none.
    let address = stream.local_addr().map_or(Ipv4Addr::LOCALHOST.into(), |address| address.ip());
    let mut stream = Socket::new(stream, &limits);
    let state = stream.state();
    let tls = match tls_mode {
        TlsMode::Plain => return converse(stream, state, service, limits, closed).await,
        // A close before the client has sent anything would look like a reset to some clients.
        TlsMode::HangUp => return drop(tokio::time::timeout(limits.header_read, stream.read(&mut [0; 1024])).await),
        TlsMode::Secure(tls) => tls,
    };
    match tokio::time::timeout(limits.header_read, tls.accept(stream, address)).await {
        Ok(Ok(stream)) => converse(stream, state, service, limits, closed).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

/// Serves the requests of one connection.
async fn converse<S>(
    stream: S,
    state: ConnectionState,
    service: impl Service,
    limits: Limits,
    mut closed: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    state.wait_for_head();
    let answered = &state;
    let service = service_fn(move |request| respond(service.clone(), answered, request));
    // Without hyper's timer for heads: it makes one anew for each request.
    let connection = http1::Builder::new().max_buf_size(HEAD_BYTES).serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let result = tokio::select! {
        biased;
        result = connection.as_mut() => result,
        reason = state.is_given_up(limits.header_read) => return tracing::debug!(?reason, "a connection is given up"),
        () = close_signal(&mut closed) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Closes the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the simulator closes the connection, as the fault says")]
struct HungUp;

/// Answers one request. A panic costs one answer and not the connection.
async fn respond(service: impl Service, state: &ConnectionState, request: Request<Incoming>) -> Result<Response, HungUp> {
    state.answer();
    let mut answer = pin!(service.answer(request));
    // After a panic the future is not polled again, so no code sees its half-done state.
    let answer = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    });
    let response = answer.await.unwrap_or_else(|| {
        (StatusCode::INTERNAL_SERVER_ERROR, "the simulator has a bug: the request made it panic\n").into_response()
    });
    match response.extensions().get::<CloseMode>() {
        None => state.close(),
        Some(CloseMode::HearOut) => state.hear_out(),
        Some(CloseMode::ResetWhenBroken) => state.reset(),
        Some(CloseMode::Reset) => {
            state.reset();
            return Err(HungUp);
        }
        Some(CloseMode::NotHttp) => {
            state.send_non_http();
            return Err(HungUp);
        }
        Some(CloseMode::HangUp) => return Err(HungUp),
    }
    Ok(state.while_sent(response))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::net::SocketAddr;

    use axum::Router;
    use axum::routing::get;
    use hyper::service::Service as _;
    use hyper_util::service::TowerToHyperService;
    use tokio::io::AsyncWriteExt;

    use super::*;

    /// Far more than anything here takes, and less than the limits that would end a connection for another reason.
    const PATIENCE: Duration = Duration::from_secs(10);

    /// Routes as a service.
    #[derive(Clone)]
    struct Routes(Router);

    impl Service for Routes {
        async fn answer(self, request: Request<Incoming>) -> Response {
            let answer = TowerToHyperService::new(self.0).call(request).await;
            answer.unwrap_or_else(|never: Infallible| match never {})
        }
    }

    struct Running {
        address: SocketAddr,
        port: PortHandle,
        server: Server,
    }

    fn start(limits: Limits) -> Running {
        start_with(limits, None)
    }

    fn start_with(limits: Limits, tls: Option<Tls>) -> Running {
        let routes = Router::new()
            .route("/", get(async || "hello"))
            .route("/panic", get(async || if true { panic!("on purpose") } else { "" }))
            .route("/large", get(async || "x".repeat(16 * 1024 * 1024)))
            .route("/hang-up", get(async || CloseMode::HangUp))
            .route("/reset", get(async || CloseMode::Reset))
            .route("/not-http", get(async || CloseMode::NotHttp))
            .route("/for-ever", get(std::future::pending::<&str>).post(std::future::pending::<&str>));
        let port = Port::open_at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = port.address();
        let (port_handle, commands) = PortHandle::new();
        let permits = Arc::new(Semaphore::new(limits.connections));
        let serving = Serving { service: Routes(routes), tls, limits, permits };
        Running { address, port: port_handle, server: Server::start(port, commands, serving) }
    }

    async fn ask(stream: &mut TcpStream, path: &str) {
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
    }

    /// Reads until the text has come.
    async fn expect(stream: &mut TcpStream, text: &str) {
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(text) {
            let mut buffer = [0; 1024];
            let count = stream.read(&mut buffer).await.unwrap();
            assert!(count > 0, "the connection ended after {:?}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&buffer[..count]);
        }
    }

    async fn expect_end(stream: &mut TcpStream) {
        let mut rest = Vec::new();
        let end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest));
        // A reset is an end, too.
        let _ = end.await.expect("the connection ends");
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }

    #[tokio::test]
    async fn a_panic_costs_one_answer_and_not_the_connection() {
        let running = start(Limits::default());
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        ask(&mut stream, "/panic").await;
        expect(&mut stream, "made it panic").await;
        ask(&mut stream, "/").await;
        expect(&mut stream, "hello").await;
    }

    #[tokio::test]
    async fn hanging_up_sends_nothing() {
        let running = start(Limits::default());
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        ask(&mut stream, "/hang-up").await;
        expect_end(&mut stream).await;
    }

    #[tokio::test]
    async fn a_reset_is_a_reset() {
        let running = start(Limits::default());
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        ask(&mut stream, "/reset").await;
        let end = tokio::time::timeout(PATIENCE, stream.read(&mut [0; 64])).await.expect("the connection ends");
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn what_is_no_http_is_sent_before_the_end() {
        let running = start(Limits::default());
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        ask(&mut stream, "/not-http").await;
        let mut seen = Vec::new();
        let end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut seen)).await.expect("the connection ends");
        end.unwrap();
        assert!(!seen.is_empty() && !seen.starts_with(b"HTTP"), "{seen:?}");
    }

    #[tokio::test]
    async fn a_shut_port_refuses_closes_and_stays_ours() {
        let running = start(Limits::default());
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        ask(&mut stream, "/").await;
        expect(&mut stream, "hello").await;

        running.port.want(PortState { port: PortMode::Shut, ..PortState::default() });
        running.port.apply_port_state().await.unwrap();
        expect_end(&mut stream).await;
        let refused = TcpStream::connect(running.address).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let taken = std::net::TcpListener::bind(running.address).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);

        running.port.want(PortState::default());
        running.port.apply_port_state().await.unwrap();
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        ask(&mut stream, "/").await;
        expect(&mut stream, "hello").await;
    }

    #[tokio::test]
    async fn connections_over_the_limit_wait_for_their_turn() {
        let running = start(Limits { connections: 1, ..Limits::default() });
        let mut first = TcpStream::connect(running.address).await.unwrap();
        ask(&mut first, "/").await;
        expect(&mut first, "hello").await;
        let mut second = TcpStream::connect(running.address).await.unwrap();
        ask(&mut second, "/").await;
        ask(&mut first, "/").await;
        expect(&mut first, "hello").await;
        assert_eq!(second.try_read(&mut [0; 1]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(first);
        expect(&mut second, "hello").await;
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_makes_room_for_others() {
        let limits = Limits { connections: 1, answer_stall: Duration::from_millis(1), ..Limits::default() };
        let running = start(limits);
        let mut lazy = TcpStream::connect(running.address).await.unwrap();
        ask(&mut lazy, "/large").await;
        let mut next = TcpStream::connect(running.address).await.unwrap();
        ask(&mut next, "/").await;
        tokio::time::timeout(PATIENCE, expect(&mut next, "hello")).await.expect("the lazy client is given up");
    }

    /// Requests that are never answered. Behind their heads are bytes that hyper does not read any more, or more requests.
    const HELD: [&str; 4] = [
        "GET /for-ever HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /for-ever HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /for-ever HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        "POST /for-ever HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno size of a chunk",
    ];

    #[tokio::test]
    async fn a_client_that_leaves_makes_room_for_others_whatever_it_had_sent() {
        for request in HELD {
            let running = start(Limits { connections: 1, header_read: Duration::from_millis(1), ..Limits::default() });
            let mut leaver = TcpStream::connect(running.address).await.unwrap();
            leaver.write_all(request.as_bytes()).await.unwrap();
            drop(leaver);
            let mut next = TcpStream::connect(running.address).await.unwrap();
            ask(&mut next, "/").await;
            tokio::time::timeout(PATIENCE, expect(&mut next, "hello")).await.expect(request);
        }
    }

    #[tokio::test]
    async fn a_head_that_never_ends_is_cut_off() {
        let running = start(Limits { header_read: Duration::from_millis(1), ..Limits::default() });
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: ").await.unwrap();
        expect_end(&mut stream).await;
    }

    #[tokio::test]
    async fn shutting_down_frees_the_port() {
        let Running { address, server, .. } = start(Limits::default());
        let mut idle = TcpStream::connect(address).await.unwrap();
        ask(&mut idle, "/").await;
        expect(&mut idle, "hello").await;
        server.ended().await;
        expect_end(&mut idle).await;
        std::net::TcpListener::bind(address).unwrap();
    }
}
