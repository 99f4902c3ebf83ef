//! Faults between clients and a cluster: what each one does, for which requests, and when.
//!
//! A [`Fault`] is what a file or the control API says; its [`Effect`] is the same value from there to the socket. [`Faults`] holds the
//! faults of one cluster and decides which of them fires for a request ([`Fired`]) and what they do to the port ([`PortFaults`]).
//! Carrying an effect out is the server's task: this crate does no I/O and reads no clock. Moments are durations since the
//! cluster began.

mod answer;
mod calls;
mod check;
mod effect;
mod error;
mod fault;
mod faults;
mod name;
mod ready;
mod report;
mod rule;

pub use answer::{ErrorAnswer, FaultAnswer, FullError, FullGateway, GatewayAnswer, GatewayBody};
pub use check::{beyond_forwarders, fault_errors, port_faults};
pub use effect::{Arrives, Effect, EffectTraits, MOST_PADDING, PortFaults, Reach, Shape, TlsTrouble};
pub use error::FaultError;
pub use fault::{FAULT_LIMIT, Fault, FaultClock, FaultOperation, Numbers, Target};
pub use faults::{Added, Faults, Fired, Placed, RequestFacts};
pub use name::is_given_name;
pub use ready::{ReadyFault, ready_faults};
pub use report::{FaultReport, PastFault, RemovedFaults};
