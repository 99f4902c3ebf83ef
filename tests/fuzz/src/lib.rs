//! Fuzz targets: each takes any bytes and panics if the code under test breaks a promise.
//!
//! `cargo test` runs them over their corpus and some thousand mutations of it (`tests/corpus.rs`), `cargo xtask fuzz` under libFuzzer for as
//! long as one likes (`tests/libfuzzer.rs`). The same bytes always do the same, but for the time of day that signatures carry.

mod ask;
mod authorization;
mod load_files;
pub mod mutate;
mod query;
mod reply;
mod scenario;
mod start;

/// One thing to throw bytes at.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// As in `cargo xtask fuzz NAME`, and the name of its folder in `corpus/`.
    pub name: &'static str,
    /// Panics if a promise is broken.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 7] = [
    Target { name: "authorization", run: authorization::run },
    Target { name: "csv", run: load_files::csv },
    Target { name: "query", run: query::run },
    Target { name: "rdf", run: load_files::rdf },
    Target { name: "reply", run: reply::run },
    Target { name: "scenario", run: scenario::run },
    Target { name: "start", run: start::run },
];
