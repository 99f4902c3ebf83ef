//! A fake Neptune on the loopback address: one thread a connection, one answer a request, everything recorded.
//!
//! Whatever a test is about, nothing but a `GET` without a body may have come, and starts of loads where a test is about them: a server that
//! ends looks.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::sync::mpsc::UnboundedSender;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET`, unless something is very wrong.
    pub(crate) method: String,
    /// Path and query, still encoded.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: HashMap<String, String>,
    /// The body, as text.
    pub(crate) body: String,
    /// How many requests came before it.
    pub(crate) index: usize,
}

/// What the server does with a request.
pub(crate) enum Answer {
    /// Writes these bytes and closes the connection.
    Bytes(Vec<u8>),
    /// Closes the connection without a word.
    Close,
    /// Resets the connection.
    Reset,
    /// Never answers, and keeps the connection.
    Silence,
    /// Writes these bytes, then a blank now and then until the client leaves.
    Drip(Vec<u8>),
    /// Writes these bytes, then the given number more, and reports how many of those the client accepted.
    Flood(Vec<u8>, usize, UnboundedSender<usize>),
}

/// An answer with status, type and length.
pub(crate) fn http(status: u16, body: &str) -> Answer {
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    Answer::Bytes(format!("{head}{body}").into_bytes())
}

/// A loader envelope about a load.
pub(crate) fn load(word: &str) -> Answer {
    http(200, &format!(r#"{{"status":"200 OK","payload":{{"overallStatus":{{"status":"{word}"}}}}}}"#))
}

/// A loader error with Neptune's text.
pub(crate) fn refusal(status: u16, code: &str, text: &str) -> Answer {
    http(status, &format!(r#"{{"code":"{code}","requestId":"r","detailedMessage":"{text}","message":"{text}"}}"#))
}

/// A port on which nothing listens while the socket lives: the system gives it to no other process.
pub(crate) fn closed_port() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("loopback has a free port");
    let port = socket.local_addr().expect("a bound socket has an address").port();
    (socket, port)
}

/// A running server; it ends with the test process.
pub(crate) struct Server {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
    may_start: bool,
}

impl Server {
    /// As [`Server::start`], and loads may be started.
    pub(crate) fn of_starts(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let mut server = Self::start(answer);
        server.may_start = true;
        server
    }

    /// Serves `answer` on a free port.
    pub(crate) fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &log, &*answer));
            }
        });
        Self { port, seen, may_start: false }
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().expect("no server thread panicked").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One test stands in for Lambda's Runtime API, which takes answers.
        let asked = self.seen().into_iter().filter(|request| !request.target.starts_with("/2018-06-01/runtime/"));
        let asked = asked.filter(|request| !(self.may_start && request.method == "POST" && request.target == "/loader"));
        let others: Vec<_> = asked.filter(|request| request.method != "GET" || request.has_body()).collect();
        assert!(others.is_empty() || thread::panicking(), "Neptune may only be read, not sent this: {others:#?}");
    }
}

impl Request {
    fn has_body(&self) -> bool {
        self.headers.contains_key("content-length") || self.headers.contains_key("transfer-encoding")
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Request>>, answer: &dyn Fn(&Request) -> Answer) {
    let Some((mut request, bytes)) = peek_request(&stream) else { return };
    {
        let mut log = log.lock().expect("no server thread panicked");
        request.index = log.len();
        log.push(request.clone());
    }
    match answer(&request) {
        // Closing with unread data makes the system send a reset.
        Answer::Reset => {}
        Answer::Close => read_away(&mut stream, bytes),
        Answer::Silence => {
            read_away(&mut stream, bytes);
            // Waits for the client to leave.
            let _ = stream.read(&mut [0]);
        }
        Answer::Bytes(answer) => {
            read_away(&mut stream, bytes);
            let _ = stream.write_all(&answer);
        }
        Answer::Drip(beginning) => {
            read_away(&mut stream, bytes);
            let _ = stream.write_all(&beginning);
            while is_there(&mut stream) && stream.write_all(b" ").is_ok() {}
        }
        Answer::Flood(head, more, reported) => {
            read_away(&mut stream, bytes);
            let _ = stream.write_all(&head);
            let chunk = [b' '; 8 * 1024];
            let sent = (0..more / chunk.len()).take_while(|_| stream.write_all(&chunk).is_ok()).count() * chunk.len();
            let _ = reported.send(sent);
        }
    }
}

/// Waits a moment for a client to leave, and returns whether it stayed.
fn is_there(stream: &mut TcpStream) -> bool {
    let _ = stream.set_read_timeout(Some(Duration::from_millis(10)));
    !matches!(stream.read(&mut [0]), Ok(0))
}

fn peek_request(stream: &TcpStream) -> Option<(Request, usize)> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = stream.peek(&mut buffer).ok().filter(|length| *length > 0)?;
        // The beginning of a TLS handshake: no request follows.
        if buffer[0] == 0x16 {
            return None;
        }
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let request = Request { body: body.to_owned(), ..parse(head) };
            if request.headers.get("content-length").is_none_or(|length| length.parse() == Ok(body.len())) {
                return Some((request, length));
            }
        }
        thread::yield_now();
    }
}

fn parse(head: &str) -> Request {
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers = pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Request { method, target, headers, body: String::new(), index: 0 }
}

fn read_away(stream: &mut TcpStream, bytes: usize) {
    let _ = stream.read_exact(&mut vec![0; bytes]);
}
