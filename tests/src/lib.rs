//! The harness: runs the real handler binaries the way AWS Lambda does, so that a test sees what a caller of the function sees.
//!
//! [`lambda`] starts a binary and invokes it; [`binaries`] finds the binary that belongs to this test run.

pub mod binaries;
pub mod lambda;
