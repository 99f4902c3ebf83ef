//! What a program that runs a cluster learns of its requests, at the moment at which they happen.

use std::fmt;
use std::time::Duration;

use neptune_fault::FaultOperation;
use neptune_loader::LoadId;

/// Learns of each request to a cluster when it arrives, and of its answer just before that is sent.
///
/// The request log tells the same later, by the cluster's time. An observer can note real time, and can move a manual clock between an
/// answer and the next request. It must not block: the request waits meanwhile.
pub trait Observer: fmt::Debug + Send + Sync {
    /// The head of a request has arrived.
    fn arrived(&self, request: &ArrivedRequest<'_>);

    /// A request is answered, or its connection is about to end without an answer. It is not called if the client goes away before that.
    ///
    /// It returns how far the clock of the cluster is to move before the answer is sent. Only a manual clock can be moved.
    fn answered(&self, answer: &GivenAnswer) -> Option<Duration>;
}

/// A request whose head has arrived.
#[derive(Clone, Copy, Debug)]
pub struct ArrivedRequest<'a> {
    /// Its number in the log, from 0.
    pub number: u64,
    /// `GET`, `POST`, ...
    pub method: &'a str,
    /// Path and query, without secrets.
    pub target: &'a str,
    /// What it asks for; `None` if that is nothing of the loader or the engine.
    pub operation: Option<FaultOperation>,
    /// The load that it names.
    pub load: Option<&'a str>,
}

/// The answer to a request, as the client gets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenAnswer {
    /// The number of the request in the log.
    pub number: u64,
    /// The HTTP status; `None` if the connection ends without an answer.
    pub http_status: Option<u16>,
    /// The load that it started, or that it is about if the request did not name it.
    pub load: Option<LoadId>,
    /// The status of the load that it reports, if it arrives whole and has the form of a status of Neptune's.
    pub load_status: Option<String>,
    /// The fault that fired for the request.
    pub fault: Option<String>,
}
