//! The clients: those that poll, and those that leave in the middle.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::faults::xorshift;
use crate::shared::Shared;

/// How long a poller waits for an answer.
const PATIENCE: Duration = Duration::from_millis(500);
/// How many clients do nothing but leave.
const LEAVERS: u64 = 4;

/// What pollers ask.
const TARGETS: [&str; 6] = [
    "GET /loader/quick?details=TRUE",
    "GET /loader/slow",
    "GET /loader/failed?errors=TRUE&errorsPerPage=100",
    "GET /loader?limit=10",
    "GET /status",
    "GET /loader/unknown",
];
const START: &str =
    "{\"source\":\"s3://b/\",\"format\":\"csv\",\"iamRoleArn\":\"r\",\"region\":\"us-east-1\",\"queueRequest\":true}";

/// Starts them all.
pub(crate) fn start(shared: &Arc<Shared>, target: SocketAddr, pollers: usize, seed: u64) -> JoinSet<()> {
    let mut clients = JoinSet::new();
    for number in 0..pollers as u64 {
        clients.spawn(poll(Arc::clone(shared), target, seed.wrapping_add(number)));
    }
    for number in 0..LEAVERS {
        clients.spawn(leave(Arc::clone(shared), target, seed.wrapping_add(1_000_000 + number)));
    }
    clients
}

/// A request, every so many of which starts a load.
fn request(chance: u64, start_of: u64) -> String {
    if chance.is_multiple_of(start_of) {
        return format!(
            "POST /loader HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{START}",
            START.len()
        );
    }
    let target = TARGETS[usize::try_from(chance / start_of % TARGETS.len() as u64).unwrap()];
    format!("{target} HTTP/1.1\r\nHost: x\r\namz-sdk-invocation-id: {chance:x}\r\n\r\n")
}

/// Asks again and again, on one connection as long as it lasts.
async fn poll(shared: Arc<Shared>, target: SocketAddr, seed: u64) {
    let mut chance = xorshift(seed);
    let mut connection = None;
    while shared.goes_on() {
        Shared::count(&shared.requests);
        let stream = match connection.take() {
            Some(stream) => Ok(stream),
            None => tokio::time::timeout(PATIENCE, TcpStream::connect(target))
                .await
                .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into())),
        };
        let Ok(mut stream) = stream else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let answered = tokio::time::timeout(PATIENCE, ask(&mut stream, &request(chance(), 50))).await;
        if matches!(answered, Ok(Some(200))) {
            Shared::count(&shared.answered);
            connection = Some(stream);
        }
    }
}

/// Sends a request and reads a whole answer, if one comes. Returns its status.
async fn ask(stream: &mut TcpStream, request: &str) -> Option<u16> {
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut seen = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    let (status, mut missing) = loop {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        seen.extend_from_slice(&buffer[..count]);
        if let Some(end) = seen.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&seen[..end]).to_ascii_lowercase();
            let status = head.split(' ').nth(1)?.parse().ok()?;
            let length: usize = head.split("content-length: ").nth(1)?.lines().next()?.parse().ok()?;
            break (status, length.saturating_sub(seen.len() - end - 4));
        }
    };
    while missing > 0 {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        missing = missing.saturating_sub(count);
    }
    Some(status)
}

/// Connects, says more or less of a request, perhaps waits for the beginning of an answer, and is gone.
async fn leave(shared: Arc<Shared>, target: SocketAddr, seed: u64) {
    let mut chance = xorshift(seed);
    while shared.goes_on() {
        let connecting = tokio::time::timeout(PATIENCE, TcpStream::connect(target));
        let Ok(Ok(mut stream)) = connecting.await else { continue };
        // Half of them post: once a body has broken off, the server's HTTP library no longer looks whether the client is there.
        let request = request(chance(), 2);
        let said = usize::try_from(chance() % (request.len() as u64 + 1)).unwrap();
        if stream.write_all(&request.as_bytes()[..said]).await.is_ok() && chance().is_multiple_of(2) && said == request.len() {
            let _ = tokio::time::timeout(PATIENCE, stream.read_u8()).await;
        }
        Shared::count(&shared.left);
        Shared::count(&shared.requests);
        drop(stream);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
