//! Where this program is, to start it once more.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

/// This program, also where a build has put another file in its place since: `cargo xtask ci` builds `xtask` anew for a test of it.
///
/// # Errors
/// The system does not say where the program is.
pub(crate) fn this_program() -> io::Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if running.exists() { Ok(running.to_owned()) } else { env::current_exe() }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn this_program_can_be_started_once_more() {
        let listed = Command::new(this_program().unwrap()).arg("--list").output().unwrap();
        let this = "this_program::tests::this_program_can_be_started_once_more: test";
        assert!(String::from_utf8_lossy(&listed.stdout).contains(this), "{listed:?}");
    }
}
