//! A fake Neptune on the loopback address that answers every request with the same bytes and keeps what it was sent, byte for byte.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A running server; it ends with this value.
pub(crate) struct RawNeptune {
    pub(crate) endpoint: String,
    heads: Arc<Mutex<Vec<String>>>,
    _accepting: JoinSet<()>,
}

impl RawNeptune {
    /// Begins to answer every request with these bytes. Each connection serves one request.
    pub(crate) async fn start(answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("a bound listener has an address"));
        let (heads, answer) = (Arc::<Mutex<Vec<String>>>::default(), answer.into());
        let mut accepting = JoinSet::new();
        let log = heads.clone();
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, answer.clone(), log.clone()));
            }
        });
        Self { endpoint, heads, _accepting: accepting }
    }

    /// Request lines and headers of the requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no connection panicked").clone()
    }
}

/// An answer with a status, further headers (each with its line break) and a body.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

async fn serve(mut stream: TcpStream, answer: Vec<u8>, heads: Arc<Mutex<Vec<String>>>) {
    let mut received = Vec::new();
    while !received.ends_with(b"\r\n\r\n") {
        if !matches!(stream.read_buf(&mut received).await, Ok(bytes) if bytes > 0) {
            return;
        }
    }
    heads.lock().expect("no connection panicked").push(String::from_utf8_lossy(&received).into_owned());
    // A client that has read enough may leave before the end.
    let _ = stream.write_all(&answer).await;
}
