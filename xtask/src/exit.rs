//! What the exit codes of `cargo xtask` mean. They are a contract: scripts may match on them.

use std::process::ExitCode;

/// The exit codes as every `--help` lists them.
pub(crate) const HELP: &str = "\
Exit codes:
    0  fine
    1  xtask itself could not work (a file that cannot be read, no cargo)
    2  wrong usage, or a filter that matches nothing
    3  live: nothing failed, and something is inconclusive or was not run
    4  live: a guard refused, and nothing was done
    5  live: something of the run is still there; `cargo xtask sweep` removes it
    6  live: a scenario failed
    7  live: no scenario failed, and one answered otherwise than accepted
  100  tests failed, or did not run
  101  the build failed, or a check on it (format, dependencies, clippy, docs)
  103  a scenario file is unusable, whatever else failed
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
    /// On a live cluster, or in a rehearsal: something was left open.
    LiveOpen = 3,
    /// A guard refused.
    LiveRefused = 4,
    /// Something is left on the cluster or in the bucket.
    LiveLeftOvers = 5,
    /// A scenario failed there.
    LiveFailed = 6,
    /// A scenario drifted there.
    LiveDrifted = 7,
    /// A test failed, or one that had to run did not.
    TestsFailed = 100,
    /// The workspace does not compile, or format, clippy or docs complain.
    BuildFailed = 101,
    /// A scenario file lacks what every scenario has.
    BadScenario = 103,
    /// Plan, files, tests, snapshots, schema or conformance cases differ from each other.
    OutOfStep = 106,
    /// The command needs a Docker daemon, and none answers.
    NoDocker = 107,
}

impl Exit {
    /// What the program for live runs has ended with. Any other code is none of its verdicts.
    pub(crate) fn of_live(code: Option<i32>) -> Option<Self> {
        let verdicts = [
            Self::Fine,
            Self::Usage,
            Self::LiveOpen,
            Self::LiveRefused,
            Self::LiveLeftOvers,
            Self::LiveFailed,
            Self::LiveDrifted,
        ];
        verdicts.into_iter().find(|verdict| code == Some(*verdict as i32))
    }
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
            Exit::LiveOpen,
            Exit::LiveRefused,
            Exit::LiveLeftOvers,
            Exit::LiveFailed,
            Exit::LiveDrifted,
            Exit::TestsFailed,
            Exit::BuildFailed,
            Exit::BadScenario,
            Exit::OutOfStep,
            Exit::NoDocker,
        ];
        assert_eq!(listed, codes.map(|exit| exit as u8));
    }
}
