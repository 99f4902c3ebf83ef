//! Steps, expectations and questions: everything that the types of the file cannot say.

mod checker;
mod claims;
mod questions;
mod steps;

pub(super) use checker::{TestCheck, function};
