//! From the keys of a test to what the harness runs: everything that the types of the file cannot say.

mod checker;
mod claims;
mod questions;
mod steps;
mod whole;

pub(super) use checker::TestCheck;
pub(crate) use whole::check;
