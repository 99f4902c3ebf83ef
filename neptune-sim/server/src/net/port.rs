//! One port: open, closed or unreachable. This process keeps it all the time.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Waker};

use futures::future::{BoxFuture, FutureExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many connections the system holds until they are accepted.
const BACKLOG: u32 = 1024;

/// What a port does with new connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PortMode {
    /// It accepts them.
    #[default]
    Open,
    /// It refuses them.
    Shut,
    /// It leaves them waiting, as a firewall does that drops packets. (Linux does this; other systems may accept them and stay silent.)
    OutOfReach,
}

/// A port that this process keeps, whatever it does with new connections.
#[derive(Debug)]
pub(crate) struct Port {
    address: SocketAddr,
    /// Whether the system picked the port, which lets two sockets of ours have it at a time.
    picked: bool,
    state: Listener,
    /// Accepted, but over the limit: it is served as soon as another connection ends.
    waiting: Option<TcpStream>,
}

#[derive(Debug)]
enum Listener {
    Open(TcpListener),
    /// Listening, but with a queue of one that is full: the system drops whatever else comes.
    OutOfReach {
        _listener: TcpListener,
        _in_queue: Option<InQueue>,
    },
    /// Bound, but not listening: clients are refused, and no other process gets the port.
    Shut(TcpSocket),
    /// Neither: taking the port again failed, and will be tried again.
    Lost,
}

/// A connection that is never accepted, and takes the only place in a queue. If a client was quicker, the place is taken as well.
struct InQueue(#[expect(dead_code, reason = "it is kept open")] BoxFuture<'static, ()>);

impl InQueue {
    /// Begins to connect. The system goes on by itself, however busy the machine is: to wait for the connection, and to give it up when that
    /// takes long, would leave the place to the next client.
    fn begin(address: SocketAddr) -> io::Result<Self> {
        let socket = socket_for(address)?;
        let connecting = async move {
            let _open = socket.connect(address).await;
            std::future::pending::<()>().await;
        };
        let mut connecting = connecting.boxed();
        let _ = connecting.poll_unpin(&mut Context::from_waker(Waker::noop()));
        Ok(Self(connecting))
    }
}

impl fmt::Debug for InQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InQueue")
    }
}

impl Port {
    /// Takes a port and opens it. Port 0 takes any free one.
    ///
    /// # Errors
    /// What the system says, usually that another process has the port.
    pub(crate) fn open_at(address: SocketAddr) -> io::Result<Self> {
        let picked = address.port() == 0;
        let listener = bind(address, picked)?.listen(BACKLOG)?;
        Ok(Self { address: listener.local_addr()?, picked, state: Listener::Open(listener), waiting: None })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Treats clients as the mode says, and keeps the port.
    pub(super) fn set(&mut self, mode: PortMode) -> io::Result<()> {
        if self.mode() == Some(mode) {
            return Ok(());
        }
        if mode == PortMode::Open && matches!(self.state, Listener::Lost) {
            self.state = Listener::Shut(bind(self.address, self.picked)?);
        }
        // Every change goes through the state in which the port is bound and does not listen.
        self.shut()?;
        let backlog = match mode {
            PortMode::Shut => return Ok(()),
            PortMode::Open => BACKLOG,
            PortMode::OutOfReach => 0,
        };
        let Listener::Shut(socket) = std::mem::replace(&mut self.state, Listener::Lost) else { return Ok(()) };
        socket.set_reuseaddr(true)?;
        let listener = socket.listen(backlog)?;
        self.state = if mode == PortMode::Open {
            Listener::Open(listener)
        } else {
            let in_queue = InQueue::begin(self.address).ok();
            Listener::OutOfReach { _listener: listener, _in_queue: in_queue }
        };
        Ok(())
    }

    fn mode(&self) -> Option<PortMode> {
        match self.state {
            Listener::Open(_) => Some(PortMode::Open),
            Listener::OutOfReach { .. } => Some(PortMode::OutOfReach),
            Listener::Shut(_) => Some(PortMode::Shut),
            Listener::Lost => None,
        }
    }

    fn shut(&mut self) -> io::Result<()> {
        if matches!(self.state, Listener::Shut(_)) {
            return Ok(());
        }
        self.waiting = None;
        // If the user chose the port, the listener must be closed first: the system does not let two sockets have it if one listens, and
        // sharing it would let a second simulator start on it unnoticed. A picked port is shared from the start: between the two
        // sockets the system might otherwise give it to another process.
        let socket = if self.picked {
            bind(self.address, true)?
        } else {
            self.state = Listener::Lost;
            bind(self.address, false)?
        };
        // Bound with reuse, because closed connections linger on the port; then held without, so that no other process can reuse it.
        socket.set_reuseaddr(false)?;
        self.state = Listener::Shut(socket);
        Ok(())
    }

    /// The next connection that may be served. Nothing is lost if the future is dropped halfway.
    pub(super) async fn next(&mut self, permits: &Arc<Semaphore>) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
        loop {
            if self.waiting.is_none() {
                let Listener::Open(listener) = &self.state else { return std::future::pending().await };
                self.waiting = Some(listener.accept().await?.0);
            }
            let permit = Arc::clone(permits).acquire_owned().await.map_err(io::Error::other)?;
            if let Some(stream) = self.waiting.take() {
                return Ok((stream, permit));
            }
        }
    }
}

fn socket_for(address: SocketAddr) -> io::Result<TcpSocket> {
    if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }
}

pub(super) fn bind(address: SocketAddr, shared: bool) -> io::Result<TcpSocket> {
    let socket = socket_for(address)?;
    socket.set_reuseaddr(true)?;
    #[cfg(unix)]
    socket.set_reuseport(shared)?;
    socket.bind(address)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::*;
    use crate::net::ReservedPort;

    #[tokio::test]
    async fn a_picked_port_stays_ours_however_often_it_shuts() {
        let mut port = Port::open_at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        for _ in 0..100 {
            port.set(PortMode::Shut).unwrap();
            assert_eq!(std::net::TcpListener::bind(port.address()).unwrap_err().kind(), io::ErrorKind::AddrInUse);
            port.set(PortMode::Open).unwrap();
            TcpStream::connect(port.address()).await.unwrap();
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_port_out_of_reach_neither_accepts_nor_refuses_and_comes_back() {
        let mut port = Port::open_at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        for _ in 0..3 {
            port.set(PortMode::OutOfReach).unwrap();
            let connecting = tokio::time::timeout(Duration::from_millis(50), TcpStream::connect(port.address()));
            assert!(connecting.await.is_err(), "nothing comes of it");
            port.set(PortMode::Shut).unwrap();
            let refused = TcpStream::connect(port.address()).await.unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
            port.set(PortMode::Open).unwrap();
            TcpStream::connect(port.address()).await.unwrap();
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn clients_that_hurry_do_not_keep_a_port_from_going_out_of_reach() {
        let mut port = Port::open_at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = port.address();
        let is_over = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let hurry = |is_over: Arc<std::sync::atomic::AtomicBool>| {
            std::thread::spawn(move || {
                let mut connected = Vec::new();
                while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                    connected.extend(std::net::TcpStream::connect_timeout(&address, Duration::from_millis(1)));
                    connected.truncate(100);
                }
            })
        };
        let clients: Vec<_> = (0..4).map(|_| hurry(Arc::clone(&is_over))).collect();
        for _ in 0..100 {
            port.set(PortMode::OutOfReach).unwrap();
            port.set(PortMode::Open).unwrap();
        }
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        for client in clients {
            client.join().unwrap();
        }
    }

    #[tokio::test]
    async fn a_chosen_port_is_not_shared() {
        let reserved = ReservedPort::at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let _first = Port::open_at(reserved.address()).unwrap();
        assert_eq!(Port::open_at(reserved.address()).unwrap_err().kind(), io::ErrorKind::AddrInUse);
    }
}
