//! What the exit codes of `cargo xtask` mean. They are a contract: scripts may match on them.

use std::process::ExitCode;

/// The exit codes as every `--help` lists them.
pub(crate) const HELP: &str = "\
Exit codes:
    0  fine
    1  xtask itself could not work (a file that cannot be read, no cargo)
    2  wrong usage, or a filter that matches nothing
  100  tests failed, or did not run
  101  the build failed, or a check on it (format, dependencies, clippy, docs)
  103  a scenario file is unusable
  105  the target is not built yet
  106  plan, snapshots, schema or conformance cases are out of step
  107  there is no Docker to ask";

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All is well.
    Fine = 0,
    /// xtask itself could not work. The error says why.
    Broken = 1,
    /// The command line asks for something that does not exist; clap uses the same code.
    Usage = 2,
    /// A test failed, or one that had to run did not.
    TestsFailed = 100,
    /// The workspace does not compile, or format, clippy or docs complain.
    BuildFailed = 101,
    /// A scenario file lacks what every scenario has.
    BadScenario = 103,
    /// The target is planned, not built.
    NotBuiltYet = 105,
    /// Plan, files, tests, snapshots, schema or conformance cases differ from each other.
    OutOfStep = 106,
    /// The command needs a Docker daemon, and none answers.
    NoDocker = 107,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_lists_every_code() {
        let listed: Vec<u8> = HELP.lines().skip(1).filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
        let codes = [
            Exit::Fine,
            Exit::Broken,
            Exit::Usage,
            Exit::TestsFailed,
            Exit::BuildFailed,
            Exit::BadScenario,
            Exit::NotBuiltYet,
            Exit::OutOfStep,
            Exit::NoDocker,
        ];
        assert_eq!(listed, codes.map(|exit| exit as u8));
    }
}
