//! Limits on the resources of the process that clients can use.

use std::time::Duration;

/// Limits on the resources of the process that clients can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a client may take for a TLS handshake and for the head of a request, and how long a connection may stay idle between two requests.
    /// Default 75 s, so that a poller that asks once a minute keeps its connection. Between requests it may be up to an eighth longer.
    pub header_read: Duration,
    /// How long a client may take to send the body of a request; and how long the server discards data of a client that goes on sending
    /// after a refusal. Default 15 s.
    pub body_read: Duration,
    /// How long a client may leave an answer unread that does not fit into the network's buffers. Each part that it reads restarts the
    /// time. Default 30 s.
    pub answer_stall: Duration,
    /// How long a request is held open, in real time: by a silent cluster, or by all waits of a fault together. Default 15 min.
    pub silence: Duration,
    /// How many bytes of bodies and answers may be on their way to or from the clients of all clusters. What has no more than 16 KiB is not
    /// counted. Further answers of a loader wait, twice `answer_stall` at most; other requests that do not fit are refused with 503.
    /// Default 64 MiB.
    pub in_flight: usize,
    /// The same for bodies and answers of the control API. Default 32 MiB.
    pub control_in_flight: usize,
    /// How many connections are served at a time: this number on the port with the control API, and the same on all other ports together.
    /// Further ones wait. Default 4096.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read: Duration::from_secs(75),
            body_read: Duration::from_secs(15),
            answer_stall: Duration::from_secs(30),
            silence: Duration::from_mins(15),
            in_flight: 64 * 1024 * 1024,
            control_in_flight: 32 * 1024 * 1024,
            connections: 4096,
        }
    }
}
