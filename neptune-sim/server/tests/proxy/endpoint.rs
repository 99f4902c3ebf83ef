//! A small endpoint that answers as a test sets it, and shows the requests that it got, to the byte.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::setup::anywhere;

/// Far more than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// An endpoint. It ends with this value.
pub(crate) struct Endpoint {
    pub(crate) address: SocketAddr,
    asked: mpsc::UnboundedReceiver<Vec<u8>>,
    ends: mpsc::UnboundedReceiver<()>,
    task: JoinHandle<()>,
}

impl Endpoint {
    /// Answers every request with these bytes, and then closes the connection, or waits until the other side does.
    pub(crate) async fn saying(answer: impl Into<Vec<u8>>, closes: bool) -> Self {
        let listener = TcpListener::bind(anywhere()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (asked_sender, asked) = mpsc::unbounded_channel();
        let (ends_sender, ends) = mpsc::unbounded_channel();
        let answer = answer.into();
        let task = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (answer, asked, ends) = (answer.clone(), asked_sender.clone(), ends_sender.clone());
                tokio::spawn(async move {
                    let request = read_request(&mut stream).await;
                    let _ = asked.send(request);
                    let _ = stream.write_all(&answer).await;
                    if closes {
                        let _ = stream.shutdown().await;
                    }
                    // Ends when the other side does.
                    let _ = stream.read_to_end(&mut Vec::new()).await;
                    let _ = ends.send(());
                });
            }
        });
        Self { address, asked, ends, task }
    }

    /// An answer with a body, as a server writes it.
    pub(crate) async fn answering(head: &str, body: &[u8]) -> Self {
        let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len());
        Self::saying([head.as_bytes(), body].concat(), true).await
    }

    /// The next request, as it came.
    pub(crate) async fn asked(&mut self) -> String {
        let request = tokio::time::timeout(PATIENCE, self.asked.recv()).await.expect("a request in good time").unwrap();
        String::from_utf8(request).unwrap()
    }

    /// Returns when the other side has closed the next connection.
    pub(crate) async fn left(&mut self) {
        tokio::time::timeout(PATIENCE, self.ends.recv()).await.expect("an end in good time").unwrap();
    }

    /// How many requests came that the test has not read yet.
    pub(crate) fn waiting(&self) -> usize {
        self.asked.len()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads a head and as much of a body as it announces.
async fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let (mut seen, mut whole) = (Vec::new(), None);
    while whole.is_none_or(|whole| seen.len() < whole) {
        let mut buffer = vec![0; 65536];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(count) => seen.extend_from_slice(&buffer[..count]),
        }
        if whole.is_none()
            && let Some(head) = seen.windows(4).position(|bytes| bytes == b"\r\n\r\n")
        {
            let text = String::from_utf8_lossy(&seen[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            whole = Some(head + 4 + length.unwrap_or_default());
        }
    }
    seen
}
