//! The network: ports, sockets, TLS, HTTP/1.1, and limits on the resources that clients use.
//!
//! It knows neither loads nor Neptune: a [`Server`] gets its answers from an implementation of [`Service`].

pub(crate) mod body;
mod close_mode;
mod complaints;
mod endpoint;
mod limits;
mod port;
mod port_range;
mod reserved_port;
mod room;
mod server;
mod socket;
mod tls;

pub(crate) use close_mode::CloseMode;
pub(crate) use endpoint::Endpoint;
pub use endpoint::reachable;
pub use limits::Limits;
pub(crate) use port::{Port, PortMode};
pub use port_range::{PortRange, PortRangeError};
pub use reserved_port::ReservedPort;
pub(crate) use room::{Gathered, Room, Share, in_place_of};
pub(crate) use server::{PortHandle, PortState, Server, Service, Serving};
pub use tls::{Tls, TlsError};
