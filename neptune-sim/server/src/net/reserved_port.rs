//! A port that is kept for a server that starts later.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpSocket;

use super::port::bind;

/// A port on which a server of this user may listen, as often as one starts, and that the system gives to no other process.
///
/// While this value lives and no server listens, connections to the port are refused. The system never picks the port for a process that
/// asks for any free one, nor for an outgoing connection. A process that asks for this port by its number gets it, if it sets
/// `SO_REUSEADDR`, as most servers do.
///
/// Only Linux lets two sockets have a port so. On other systems this value holds no port, and another process may take it.
#[derive(Debug)]
pub struct ReservedPort {
    address: SocketAddr,
    _socket: Option<TcpSocket>,
}

impl ReservedPort {
    /// Reserves this port. Port 0 takes any free one.
    ///
    /// # Errors
    /// What the system says, usually that a server listens on the port.
    pub fn at(address: SocketAddr) -> io::Result<Self> {
        let socket = bind(address, false)?;
        let address = socket.local_addr()?;
        Ok(Self { address, _socket: cfg!(target_os = "linux").then_some(socket) })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{Ipv4Addr, TcpListener, TcpStream};

    use super::*;
    use crate::net::{Port, PortMode};

    #[tokio::test]
    async fn servers_take_turns_at_a_reserved_port() {
        let reserved = ReservedPort::at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        for _ in 0..3 {
            let mut port = Port::open_at(reserved.address()).unwrap();
            port.set(PortMode::Shut).unwrap();
            port.set(PortMode::OutOfReach).unwrap();
            port.set(PortMode::Open).unwrap();
            TcpStream::connect(reserved.address()).unwrap();
            drop(port);
            let refused = TcpStream::connect(reserved.address()).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        }
    }

    /// The system picks ports by the same rule as it refuses here.
    #[test]
    fn only_a_socket_that_may_reuse_a_port_takes_a_reserved_one() {
        let reserved = ReservedPort::at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let plain = TcpSocket::new_v4().unwrap();
        assert_eq!(plain.bind(reserved.address()).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        TcpListener::bind(reserved.address()).unwrap();
    }

    #[test]
    fn a_port_on_which_a_server_listens_cannot_be_reserved() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let error = ReservedPort::at(listener.local_addr().unwrap()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }
}
