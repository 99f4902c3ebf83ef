//! All targets in one program for libFuzzer; the variable `FUZZ_TARGET` says which. `cargo xtask fuzz` builds and starts it.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use neptune_fuzz::{TARGETS, Target};

static TARGET: OnceLock<Target> = OnceLock::new();

fuzz_target!(
    init: {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        let target = TARGETS.into_iter().find(|target| target.name == name);
        TARGET.get_or_init(|| target.unwrap_or_else(|| panic!("FUZZ_TARGET names no target: `{name}`")));
    },
    |bytes: &[u8]| {
        if let Some(target) = TARGET.get() {
            (target.run)(bytes);
        }
    }
);
