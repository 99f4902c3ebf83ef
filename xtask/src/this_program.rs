//! Where this program is, to start it once more.

use std::env;
use std::io;
use std::path::PathBuf;
use std::process;

/// This program, also where a build has put another file in its place since: `cargo xtask ci` builds `xtask` anew for a test of it.
///
/// # Errors
/// The system does not say where the program is.
pub(crate) fn this_program() -> io::Result<PathBuf> {
    // By number and not as `self`: another program, such as `nice`, may be the one that starts it.
    let running = PathBuf::from(format!("/proc/{}/exe", process::id()));
    if running.exists() { Ok(running) } else { env::current_exe() }
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
        let nicely = Command::new("nice").arg(this_program().unwrap()).arg("--list").output().unwrap();
        assert!(String::from_utf8_lossy(&nicely.stdout).contains(this), "{nicely:?}");
    }
}
