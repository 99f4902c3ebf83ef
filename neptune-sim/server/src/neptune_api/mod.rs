//! The API that a cluster shows its clients: Neptune's, over HTTP.
//!
//! A request goes through these files, in this order: `service` (note it, read its body, check availability and faults) with
//! `parsed_request` (route, load, action); `answer` (who answers) with `admission` (who may ask); `loader` or `status` (what is answered,
//! a plain function of cluster and request); `in_flight` (note the answer) with `reply` (its headers).
//!
//! A healthy poll passes 14 files of this crate: `net`'s `server`, `socket` and `room`; `registry`'s `app`; the six files above without
//! `admission` and `status`; and `cluster`'s `handle`, `timed`, `clock` and `request_log`. It takes the cluster's lock three times: when it
//! arrives, which also decides about it if it has no body; to read the load; and to note the answer. No lock is held across an `await`.
//!
//! `fault` with `altered` and `patience` carries out a fault; `pass_on` asks the endpoint behind a proxy; `host` and `strict` refuse careless clients in strict mode.

mod admission;
mod altered;
mod answer;
mod fault;
mod fuzz_cluster;
mod host;
mod in_flight;
mod loader;
mod parsed_request;
mod pass_on;
mod patience;
mod reply;
mod service;
mod status;
mod strict;

pub use fuzz_cluster::{Answered, FuzzCluster};
pub(crate) use service::ClusterService;
