//! The contract of the functions that ask Neptune, held against a server on loopback: what is sent, what is answered, what is raised.
#![expect(clippy::unwrap_used, reason = "a test may end where something unexpected comes back")]

mod asking;
mod asl;
mod authority;
mod check;
mod clock;
mod credentials;
mod environment;
mod flaws;
mod foreign;
mod get;
mod hostile;
mod ids;
mod large;
mod logs;
mod plain;
mod process;
mod reference;
mod refused;
mod server;
mod setup;
mod start;
mod tls;
mod trouble;
mod tunnel;
mod unread;
