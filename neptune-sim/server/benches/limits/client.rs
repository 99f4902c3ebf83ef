//! A client of a few lines on a kept connection. Its own cost is not counted.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// What every client sends at least.
pub(crate) const FEW_HEADERS: &str = "Host: localhost\r\n";

/// What boto3 sends, in its order and length.
pub(crate) const BOTO3_HEADERS: &str = "Host: localhost:8182\r\nAccept-Encoding: identity\r\n\
    User-Agent: Boto3/1.43.0 md/Botocore#1.43.0 ua/2.1 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.2 md/pyimpl#CPython m/Z,D,b \
    cfg/retry-mode#standard Botocore/1.43.0\r\n\
    X-Amz-Date: 20260101T000000Z\r\n\
    Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/neptune-db/aws4_request, \
    SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba65d672d79c15b13162d9279b0855cfba6\r\n\
    amz-sdk-invocation-id: 0f8fad5b-d9cb-469f-a165-70867728950e\r\namz-sdk-request: attempt=1; max=3\r\n";

/// The bytes of a request.
pub(crate) fn get(target: &str, headers: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\n{headers}\r\n").into_bytes()
}

/// A client on a kept connection.
pub(crate) struct Poller {
    stream: TcpStream,
    /// What has arrived and is not read yet.
    arrived: Vec<u8>,
    body: Vec<u8>,
}

impl Poller {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket option");
        Self { stream, arrived: Vec::new(), body: Vec::new() }
    }

    /// Asks, and gives the HTTP status of the answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> u16 {
        self.send(request);
        self.receive()
    }

    /// Sends the given number of requests, many at once; every answer must be 200.
    pub(crate) fn ask_many(&mut self, request: &[u8], times: usize) {
        const AT_ONCE: usize = 20;
        for _ in 0..times / AT_ONCE {
            self.send(&request.repeat(AT_ONCE));
            for _ in 0..AT_ONCE {
                assert_eq!(self.receive(), 200);
            }
        }
    }

    pub(crate) fn send(&mut self, request: &[u8]) {
        self.stream.write_all(request).expect("the connection is open");
    }

    /// Reads one answer, and gives its HTTP status.
    pub(crate) fn receive(&mut self) -> u16 {
        loop {
            if let Some((status, head, length)) = first_answer(&self.arrived) {
                let rest = self.arrived.split_off(head + length);
                self.body = std::mem::replace(&mut self.arrived, rest).split_off(head);
                return status;
            }
            let mut buffer = [0; 16 * 1024];
            let count = self.stream.read(&mut buffer).expect("the connection is open");
            assert!(count > 0, "the server hung up");
            self.arrived.extend_from_slice(&buffer[..count]);
        }
    }

    /// The body of the latest answer.
    pub(crate) fn body(&self) -> &str {
        str::from_utf8(&self.body).expect("JSON is UTF-8")
    }
}

/// Status, length of the head and length of the body of the first answer, if all of it has arrived.
fn first_answer(arrived: &[u8]) -> Option<(u16, usize, usize)> {
    let head = arrived.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let text = str::from_utf8(&arrived[..head]).expect("a head is text");
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, number);
    let status = number(text.split(' ').nth(1).unwrap_or_default());
    (arrived.len() >= head + length).then_some((u16::try_from(status).unwrap_or(0), head, length))
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}
