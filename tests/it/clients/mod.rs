//! Unmodified clients against the simulator: whatever they understand, Neptune could have said.
//!
//! The clients make the same calls and report the results in one format ([`seen`]). Each runs against every [`Face`] of the
//! simulator that it can be configured to trust. AWS's SDK for Rust is another one, in `tests/external/aws-sdk`.

mod aws_cli;
mod boto3;
mod copied;
mod generators;
mod neptune;
mod public_clients;
mod python;
mod seen;

use neptune::{Asked, Endpoint, Face, KEYS, Neptune, STANDARD_RETRIES};
