//! The exit codes of `cargo xtask`. They are a contract: scripts may match on them.

use std::process::ExitCode;

/// The one table of exit codes: the enum, its documentation, and the list in every `--help` are made of it.
macro_rules! exit_codes {
    ($($name:ident = $code:literal, $meaning:literal;)*) => {
        /// How a command ended.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Exit {
            $(#[doc = $meaning] $name = $code,)*
        }

        impl Exit {
            /// Every code, in order, with its meaning.
            const ALL: &[(Self, &str)] = &[$((Self::$name, $meaning),)*];
        }
    };
}

exit_codes! {
    Fine = 0, "success";
    Broken = 1, "xtask itself could not work (a file that cannot be read, no cargo)";
    Usage = 2, "wrong usage, a filter without match, a function that cannot start";
    LiveOpen = 3, "live: nothing failed, but something is inconclusive or was not run";
    LiveRefused = 4, "live: a guard refused, and nothing was done";
    LiveLeftOvers = 5, "live: something of the run is still there; `cargo xtask sweep` removes it";
    LiveFailed = 6, "live: a scenario failed";
    LiveDrifted = 7, "live: no scenario failed, but an answer differs from the accepted one";
    TestsFailed = 100, "tests failed, or did not run";
    BuildFailed = 101, "the build failed, or a check on it (format, dependencies, clippy, docs)";
    BadScenario = 103, "a scenario file is unusable, whatever else failed";
    OutOfStep = 106, "plan, snapshots, schema or conformance cases are out of date";
    NoDocker = 107, "Docker does not answer";
}

/// The exit codes as every `--help` lists them.
pub(crate) fn help() -> String {
    let row = |(exit, meaning): &(Exit, &str)| format!("\n  {:>3}  {meaning}", *exit as u8);
    format!("Exit codes:{}", Exit::ALL.iter().map(row).collect::<String>())
}

impl Exit {
    /// What another run of xtask has ended with.
    pub(crate) fn of(code: Option<i32>) -> Option<Self> {
        Self::ALL.iter().map(|(exit, _)| *exit).find(|exit| code == Some(*exit as i32))
    }

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
        let help = help();
        let listed: Vec<u8> = help.lines().skip(1).filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
        assert_eq!(listed, Exit::ALL.iter().map(|(exit, _)| *exit as u8).collect::<Vec<_>>());
        assert!(listed.is_sorted() && help.lines().all(|line| line.len() <= 80), "{help}");
    }
}
