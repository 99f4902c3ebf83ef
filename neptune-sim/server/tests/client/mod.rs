//! An HTTP client of a few lines, so that the tests see the bytes and not what a library makes of them.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Far more than any answer takes, and less than the limits that would end a connection for another reason.
const PATIENCE: Duration = Duration::from_secs(10);

/// One answer.
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    headers: String,
    /// The body.
    pub(crate) body: String,
}

impl Answer {
    /// A header by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A connection that stays open.
pub(crate) struct Connection(TcpStream);

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// Asks, and reads one answer; `None` if the connection ends instead.
    pub(crate) async fn ask(&mut self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Option<Answer> {
        let host = if headers.iter().any(|(name, _)| *name == "Host") { "" } else { "Host: localhost\r\n" };
        let headers: String = headers.iter().flat_map(|(name, value)| [*name, ": ", *value, "\r\n"]).collect();
        let request = format!("{method} {target} HTTP/1.1\r\nContent-Length: {}\r\n{host}{headers}", body.len());
        self.exchange(format!("{request}\r\n{body}").as_bytes()).await
    }

    /// Sends these bytes, and reads one answer; `None` if the connection ends instead.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Option<Answer> {
        tokio::time::timeout(PATIENCE, self.read_answer(request)).await.expect("an answer or an end in good time")
    }

    async fn read_answer(&mut self, request: &[u8]) -> Option<Answer> {
        self.0.write_all(request).await.ok()?;
        let mut seen = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&seen);
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let (line, headers) = head.split_once("\r\n").unwrap();
                let answer = Answer {
                    status: line.split(' ').nth(1).unwrap().parse().unwrap(),
                    headers: headers.to_owned(),
                    body: body.to_owned(),
                };
                let length = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
                if body.len() >= length {
                    return Some(answer);
                }
            }
            let mut buffer = [0; 4096];
            let count = self.0.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
            seen.extend_from_slice(&buffer[..count]);
        }
    }
}

/// Asks without a body, on a connection of its own.
pub(crate) async fn ask(address: SocketAddr, method: &str, target: &str) -> Answer {
    ask_with(address, method, target, &[], "").await
}

/// Asks on a connection of its own.
pub(crate) async fn ask_with(address: SocketAddr, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    Connection::open(address).await.ask(method, target, headers, body).await.expect("an answer")
}

/// Sends these bytes and reads whatever comes until the connection ends.
pub(crate) async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer));
    // A reset is an end, too.
    let _ = end.await.expect("the connection ends in good time");
    String::from_utf8_lossy(&answer).into_owned()
}
