//! The simulator's image as its users see it: what it may do, how it starts and ends, and what the page about it says.
//!
//! `copy_me.rs` is a suite for users to copy. It is a test program of its own, because it must not import anything of ours, not even
//! what skips a test where Docker is missing; `copied.rs` runs it.
#![expect(clippy::unwrap_used, reason = "a test may end where something unexpected comes back")]

mod compose;
mod contract;
mod copied;
mod docker;
mod image;
mod page;
mod running;
mod target;

use neptune_harness::optional::skipped;

/// Whether a check that needs the image can run. If not, that is reported and counted.
fn has_image(check: &str) -> bool {
    image::find().map_err(|why| skipped(check, &why)).is_ok()
}
