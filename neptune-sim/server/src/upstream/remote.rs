//! A remote server, to which each request goes over a connection of its own.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Request, Response};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use super::error::UpstreamTrouble;
use super::trust::{TrustError, client_config};
use crate::net::{Gathered, Room};
use neptune_scenario::UpstreamAddress;

/// A remote server, and the limits for a request to it.
#[derive(Debug)]
pub(crate) struct Remote {
    address: UpstreamAddress,
    /// The address to connect to, instead of the one that its name resolves to.
    connect_to: Option<SocketAddr>,
    /// `None` for plain HTTP.
    tls: Option<Arc<ClientConfig>>,
    connect_within: Duration,
    most_bytes: usize,
}

/// The stream of a connection.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Remote {
    /// A server at an address, trusted with Amazon's roots and a PEM file, if one is given. Connecting may take `connect_within`, the TLS
    /// handshake included, and the body of an answer may have at most `most_bytes` bytes. This sends no request yet.
    pub(crate) fn new(
        address: UpstreamAddress,
        ca_file: Option<&Path>,
        connect_within: Duration,
        most_bytes: usize,
    ) -> Result<Self, TrustError> {
        let config = client_config(ca_file)?;
        let tls = address.is_secure().then_some(config);
        Ok(Self { address, connect_to: None, tls, connect_within, most_bytes })
    }

    /// The same server, but connections go to this address instead of the one that its name resolves to, for example to the local end of a
    /// tunnel. Its certificate must still be for its name.
    pub(crate) fn reached_at(self, connect_to: SocketAddr) -> Self {
        Self { connect_to: Some(connect_to), ..self }
    }

    /// Where it is.
    pub(crate) fn address(&self) -> &UpstreamAddress {
        &self.address
    }

    /// Sends a request, and waits for the whole answer, without a time limit. The body of the answer takes room.
    pub(crate) async fn ask(&self, request: Request<Bytes>, room: &Room) -> Result<Response<Bytes>, UpstreamTrouble> {
        let (head, stream) = self.open_answer(request).await?.into_parts();
        Ok(Response::from_parts(head, read(stream.body, self.most_bytes, room).await?))
    }

    /// Sends a request, and waits for the head of the answer. Its body comes as it is read, however large it is.
    pub(crate) async fn open_answer(&self, request: Request<Bytes>) -> Result<Response<AnswerStream>, UpstreamTrouble> {
        let within = self.connect_within;
        let stream = tokio::time::timeout(within, self.connect()).await;
        let stream = stream.unwrap_or(Err(UpstreamTrouble::ConnectTimeout(within)))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(UpstreamTrouble::Broken)?;
        let mut connections = JoinSet::new();
        connections.spawn(connection);
        let answer = sender.send_request(request.map(Body::from)).await.map_err(UpstreamTrouble::Broken)?;
        Ok(answer.map(|body| AnswerStream { body, _connections: connections }))
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, UpstreamTrouble> {
        let address = &self.address;
        let stream = self.open().await.map_err(UpstreamTrouble::Connect)?;
        // Failing to set it only costs time.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        let connector = TlsConnector::from(Arc::clone(tls));
        let stream = connector.connect(address.server_name(), stream).await.map_err(UpstreamTrouble::Handshake)?;
        Ok(Box::new(stream))
    }

    async fn open(&self) -> io::Result<TcpStream> {
        match self.connect_to {
            Some(address) => TcpStream::connect(address).await,
            // Resolved every time: after a failover the name leads to another instance.
            None => TcpStream::connect((self.address.host(), self.address.port())).await,
        }
    }
}

/// The body of an answer, and the connection that it comes from. Dropping it closes the connection.
#[derive(Debug)]
pub(crate) struct AnswerStream {
    body: Incoming,
    _connections: JoinSet<Result<(), hyper::Error>>,
}

impl AnswerStream {
    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, UpstreamTrouble>> {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut self.body).poll_frame(context)).await?;
            match frame.map_err(UpstreamTrouble::Broken).map(Frame::into_data) {
                Ok(Ok(data)) => return Some(Ok(data)),
                // Trailers.
                Ok(Err(_)) => {}
                Err(trouble) => return Some(Err(trouble)),
            }
        }
    }
}

/// Reads an answer's body, bounded.
async fn read(body: Incoming, most_bytes: usize, room: &Room) -> Result<Bytes, UpstreamTrouble> {
    let mut body = pin!(body);
    if body.size_hint().lower() > most_bytes as u64 {
        return Err(UpstreamTrouble::TooLarge(most_bytes));
    }
    let no_room = || UpstreamTrouble::NoRoom(room.mebibytes());
    let mut bytes = Gathered::of(&*body, room).ok_or_else(no_room)?;
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(data) = frame.map_err(UpstreamTrouble::Broken)?.into_data() else { continue };
        if bytes.len() + data.len() > most_bytes {
            return Err(UpstreamTrouble::TooLarge(most_bytes));
        }
        bytes.add(&data, room).ok_or_else(no_room)?;
    }
    Ok(bytes.done())
}
