//! Sockets: accepts connections, serves HTTP/1.1 on them, and can refuse them for real.
//!
//! It knows nothing about loads. The loop is our own because a server framework keeps its listener; a refused connection needs the
//! listener gone and the port still ours.

mod port;
mod stall;

use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::app::App;
use crate::hang_up::HangUp;
use crate::{Limits, Tls};
pub(crate) use port::Port;
use stall::StallGuard;

/// How much of a request's head is read at most: Neptune's own limit is unknown, and no client comes near this.
const HEAD_BYTES: usize = 64 * 1024;
/// How long open requests may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait when no connection can be accepted, which happens when the process has too many files open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Opens and shuts the port of a running server. Clones are the same door.
#[derive(Clone, Debug)]
pub(crate) struct Door(mpsc::Sender<Order>);

#[derive(Debug)]
struct Order {
    open: bool,
    done: oneshot::Sender<io::Result<()>>,
}

impl Door {
    /// A door, and the orders that a server takes through it.
    pub(crate) fn new() -> (Self, Orders) {
        let (sender, receiver) = mpsc::channel(1);
        (Self(sender), Orders(receiver))
    }

    /// Opens or shuts the port. When this returns, the next connection is accepted or refused, and a shut port has no connections.
    ///
    /// # Errors
    /// What the system says if the port cannot be taken again; `NotConnected` if the server has ended.
    pub(crate) async fn set_open(&self, open: bool) -> io::Result<()> {
        let ended = || io::Error::new(io::ErrorKind::NotConnected, "the simulator has ended");
        let (done, answer) = oneshot::channel();
        self.0.send(Order { open, done }).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

/// What comes through a [`Door`].
#[derive(Debug)]
pub(crate) struct Orders(mpsc::Receiver<Order>);

/// What a server does with its connections.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// What answers.
    pub(crate) app: App,
    /// Without it, plain HTTP is spoken; with it, nothing but TLS.
    pub(crate) tls: Option<Tls>,
    /// What clients may take.
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
    pub(crate) fn start(port: Port, orders: Orders, service: Service) -> Self {
        let (closing, closed) = watch::channel(false);
        let task = tokio::spawn(accept(port, orders, service, closed));
        Self { task, closing }
    }

    /// Stops accepting and lets open requests end for a second. [`Server::ended`] tells when that is done.
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

async fn accept(mut port: Port, mut orders: Orders, service: Service, mut closed: watch::Receiver<bool>) {
    // Dropping the set ends the connections, whatever they are doing.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = told_to_close(&mut closed) => break,
            Some(Order { open, done }) = orders.0.recv() => {
                let result = if open { port.open() } else { port.shut() };
                if !open {
                    connections.shutdown().await;
                }
                // Whoever gave the order may have lost interest.
                let _ = done.send(result);
            }
            Some(_) = connections.join_next() => {}
            next = port.next(&service.permits) => match next {
                Ok((stream, permit)) => {
                    connections.spawn(receive(stream, service.clone(), closed.clone(), permit));
                }
                Err(error) => {
                    tracing::warn!(%error, address = %port.address(), "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(port);
    let _ = tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
}

/// Returns when the server is to end, or is gone.
async fn told_to_close(closed: &mut watch::Receiver<bool>) {
    let _ = closed.wait_for(|closed| *closed).await;
}

/// Serves one connection from its first byte.
async fn receive(stream: TcpStream, service: Service, closed: watch::Receiver<bool>, _permit: OwnedSemaphorePermit) {
    // Without it the system may hold small answers back for 40 ms. Failing to set it only costs that time.
    let _ = stream.set_nodelay(true);
    let Service { app, tls, limits, .. } = service;
    let stream = StallGuard::new(stream, limits.answer_stall);
    let Some(tls) = tls else { return converse(stream, app, limits, closed).await };
    match tokio::time::timeout(limits.header_read, tls.accept(stream)).await {
        Ok(Ok(stream)) => converse(stream, app, limits, closed).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

/// Serves the requests of one connection.
async fn converse<S>(stream: S, app: App, limits: Limits, mut closed: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(move |request| respond(app.clone(), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = told_to_close(&mut closed) => {
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
#[error("the simulator hangs up, as it was told to")]
struct HungUp;

/// Answers one request. A panic costs one answer and not the connection.
async fn respond(app: App, request: Request<Incoming>) -> Result<Response, HungUp> {
    let mut answer = pin!(app.answer(request));
    // After a panic the future is not polled again, so nobody sees what it left half done.
    let answer = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    });
    let response = answer.await.unwrap_or_else(|| {
        (StatusCode::INTERNAL_SERVER_ERROR, "the simulator has a bug: the request made it panic\n").into_response()
    });
    if response.extensions().get::<HangUp>().is_some() { Err(HungUp) } else { Ok(response) }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// Far more than anything here takes, and less than the limits that would end a connection for another reason.
    const PATIENCE: Duration = Duration::from_secs(10);

    struct Running {
        address: SocketAddr,
        door: Door,
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
            .route("/hang-up", get(async || HangUp))
            .route("/for-ever", get(std::future::pending::<&str>));
        let port = Port::open_at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = port.address();
        let (door, orders) = Door::new();
        let permits = Arc::new(Semaphore::new(limits.connections));
        let service = Service { app: App::Routes(routes), tls, limits, permits };
        Running { address, door, server: Server::start(port, orders, service) }
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
    async fn a_shut_port_refuses_closes_and_stays_ours() {
        let running = start(Limits::default());
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        ask(&mut stream, "/").await;
        expect(&mut stream, "hello").await;

        running.door.set_open(false).await.unwrap();
        expect_end(&mut stream).await;
        let refused = TcpStream::connect(running.address).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let taken = std::net::TcpListener::bind(running.address).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);

        running.door.set_open(true).await.unwrap();
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
