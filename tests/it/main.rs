//! The integration tests: everything that runs real binaries or crosses crates.

mod lambda;
mod readme;
