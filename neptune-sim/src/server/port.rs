//! One port: open, shut, and ours all the time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many connections the system holds until they are accepted.
const BACKLOG: u32 = 1024;

/// A port that is ours. Connections are accepted while it is open and refused while it is shut.
#[derive(Debug)]
pub(crate) struct Port {
    address: SocketAddr,
    /// Whether the system picked the port, which lets two sockets of ours have it at a time.
    picked: bool,
    state: PortState,
    /// Accepted, but over the limit: it is served as soon as another connection ends.
    waiting: Option<TcpStream>,
}

#[derive(Debug)]
enum PortState {
    Open(TcpListener),
    /// Bound, but not listening: clients are refused, and nobody else gets the port.
    Shut(TcpSocket),
    /// Neither: taking the port again failed, and will be tried again.
    Lost,
}

impl Port {
    /// Takes a port and opens it. Port 0 takes any free one.
    ///
    /// # Errors
    /// What the system says, usually that another process has the port.
    pub(crate) fn open_at(address: SocketAddr) -> io::Result<Self> {
        let picked = address.port() == 0;
        let listener = bind(address, picked)?.listen(BACKLOG)?;
        Ok(Self { address: listener.local_addr()?, picked, state: PortState::Open(listener), waiting: None })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets clients in.
    pub(super) fn open(&mut self) -> io::Result<()> {
        let socket = match std::mem::replace(&mut self.state, PortState::Lost) {
            PortState::Open(listener) => {
                self.state = PortState::Open(listener);
                return Ok(());
            }
            PortState::Shut(socket) => socket,
            PortState::Lost => bind(self.address, self.picked)?,
        };
        socket.set_reuseaddr(true)?;
        self.state = PortState::Open(socket.listen(BACKLOG)?);
        Ok(())
    }

    /// Refuses clients, and keeps the port.
    pub(super) fn shut(&mut self) -> io::Result<()> {
        if matches!(self.state, PortState::Shut(_)) {
            return Ok(());
        }
        self.waiting = None;
        // Of a port that somebody chose, the listener must go first: the system does not let two sockets have it if one listens, and
        // sharing it would let a second simulator start on it unnoticed. A picked port is shared from the start: between the two
        // sockets the system might otherwise give it to another process.
        let socket = if self.picked {
            bind(self.address, true)?
        } else {
            self.state = PortState::Lost;
            bind(self.address, false)?
        };
        // Taken with reuse, because connections of the past linger on the port; held without, so that nobody else can reuse it.
        socket.set_reuseaddr(false)?;
        self.state = PortState::Shut(socket);
        Ok(())
    }

    /// The next connection that may be served. Nothing is lost if the future is dropped halfway.
    pub(super) async fn next(&mut self, permits: &Arc<Semaphore>) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
        loop {
            if self.waiting.is_none() {
                let PortState::Open(listener) = &self.state else { return std::future::pending().await };
                self.waiting = Some(listener.accept().await?.0);
            }
            let permit = Arc::clone(permits).acquire_owned().await.map_err(io::Error::other)?;
            if let Some(stream) = self.waiting.take() {
                return Ok((stream, permit));
            }
        }
    }
}

fn bind(address: SocketAddr, shared: bool) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    #[cfg(unix)]
    socket.set_reuseport(shared)?;
    socket.bind(address)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[tokio::test]
    async fn a_picked_port_stays_ours_however_often_it_shuts() {
        let mut port = Port::open_at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        for _ in 0..100 {
            port.shut().unwrap();
            assert_eq!(std::net::TcpListener::bind(port.address()).unwrap_err().kind(), io::ErrorKind::AddrInUse);
            port.open().unwrap();
            TcpStream::connect(port.address()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_chosen_port_is_not_shared() {
        let picked = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let _first = Port::open_at(picked).unwrap();
        assert_eq!(Port::open_at(picked).unwrap_err().kind(), io::ErrorKind::AddrInUse);
    }
}
