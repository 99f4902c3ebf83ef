//! The result of a scenario on a live cluster, and of a whole run.

use std::fmt;

use neptune_report::Inconclusive;

/// The result of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// All that was expected holds, and the answers are those that were accepted.
    Pass,
    /// Something that was expected does not hold.
    Fail,
    /// Everything holds, but the answers differ from the accepted ones: they need review.
    Drift,
    /// It was tried, and nothing can be said.
    Inconclusive(Inconclusive),
    /// It was not tried.
    NotRun(NotRun),
}

/// Why something was not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotRun {
    /// The tier that was chosen does not have it.
    OtherTier,
    /// What comes in this way cannot show it: deployed functions show no logs and pass by the fault proxy.
    NotThisWay,
    /// The budget was used up.
    NoBudgetLeft,
    /// The run was ended before its turn.
    Interrupted,
}

impl Outcome {
    /// The verdict that reports have.
    pub fn verdict(self) -> neptune_report::Verdict {
        match self {
            Self::Pass => neptune_report::Verdict::Passed,
            Self::Fail => neptune_report::Verdict::Failed,
            Self::Drift => neptune_report::Verdict::Drifted,
            Self::Inconclusive(_) => neptune_report::Verdict::Inconclusive,
            Self::NotRun(_) => neptune_report::Verdict::NotRun,
        }
    }

    /// Whether it should have been settled, and was not.
    pub fn is_open(self) -> bool {
        match self {
            Self::Inconclusive(_) => true,
            Self::NotRun(reason) => !reason.was_chosen(),
            Self::Pass | Self::Fail | Self::Drift => false,
        }
    }

    /// Why nothing can be said, or was tried.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Pass | Self::Fail | Self::Drift => None,
            Self::Inconclusive(reason) => Some(reason.as_str()),
            Self::NotRun(reason) => Some(reason.as_str()),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason() {
            None => f.write_str(self.verdict().word()),
            Some(reason) => write!(f, "{} ({reason})", self.verdict().word()),
        }
    }
}

impl NotRun {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::OtherTier, Self::NotThisWay, Self::NoBudgetLeft, Self::Interrupted];

    /// The reason in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OtherTier => "the tier does not have it",
            Self::NotThisWay => "what comes in this way cannot show it",
            Self::NoBudgetLeft => "the budget was used up",
            Self::Interrupted => "the run was ended before",
        }
    }

    /// How it would be run.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::OtherTier => "choose a higher `--tier`",
            Self::NotThisWay => "choose `--via direct` or `--via tunnel`",
            Self::NoBudgetLeft => "choose fewer scenarios with `--filter`, or raise `budget_minutes` in the profile",
            Self::Interrupted => "run them again",
        }
    }

    /// Whether the command line asked for it to be left out.
    fn was_chosen(self) -> bool {
        matches!(self, Self::OtherTier | Self::NotThisWay)
    }
}

/// How a run ends. The codes are a contract; `cargo xtask` ends with the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Verdict {
    /// Nothing failed, drifted or was left open, and nothing is left on the cluster.
    Fine = 0,
    /// Nothing failed or drifted, and something is inconclusive, or was not run though it should have been.
    Open = 3,
    /// A guard refused, and nothing was done.
    Refused = 4,
    /// Something of the run is still there. More urgent than the results: `sweep` removes it.
    LeftOvers = 5,
    /// A scenario failed.
    Failed = 6,
    /// None failed, and one drifted.
    Drifted = 7,
}

impl Verdict {
    /// The verdict on a run that has passed the guards, from the result of each scenario and the number of left-overs.
    pub fn of(outcomes: &[Outcome], left: usize) -> Self {
        if left > 0 {
            Self::LeftOvers
        } else if outcomes.contains(&Outcome::Fail) {
            Self::Failed
        } else if outcomes.contains(&Outcome::Drift) {
            Self::Drifted
        } else if outcomes.iter().any(|outcome| outcome.is_open()) || !outcomes.contains(&Outcome::Pass) {
            Self::Open
        } else {
            Self::Fine
        }
    }

    /// The verdict in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Open => "open",
            Self::Refused => "refused",
            Self::LeftOvers => "left-overs",
            Self::Failed => "failed",
            Self::Drifted => "drifted",
        }
    }

    /// What it says, as a sentence goes on after a colon.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Fine => "all that was run passed, and nothing is left behind",
            Self::Open => "nothing failed or drifted, but not everything could be tried or seen",
            Self::Refused => "a guard refused, and nothing was done",
            Self::LeftOvers => "something of the run is still there",
            Self::Failed => "something that was expected does not hold",
            Self::Drifted => "all that was expected holds, but some answers are not the accepted ones",
        }
    }

    /// The exit code.
    pub fn exit_code(self) -> u8 {
        self as u8
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TOO_QUICK: Outcome = Outcome::Inconclusive(Inconclusive::PassedTooQuickly);

    #[rstest]
    #[case::all_well(&[Outcome::Pass, Outcome::Pass], 0, 0)]
    #[case::left_out_on_purpose(&[Outcome::Pass, Outcome::NotRun(NotRun::OtherTier), Outcome::NotRun(NotRun::NotThisWay)], 0, 0)]
    #[case::nothing_was_run(&[Outcome::NotRun(NotRun::OtherTier)], 0, 3)]
    #[case::nothing_at_all(&[], 0, 3)]
    #[case::inconclusive(&[Outcome::Pass, TOO_QUICK], 0, 3)]
    #[case::out_of_budget(&[Outcome::Pass, Outcome::NotRun(NotRun::NoBudgetLeft)], 0, 3)]
    #[case::interrupted(&[Outcome::Pass, Outcome::NotRun(NotRun::Interrupted)], 0, 3)]
    #[case::drift(&[Outcome::Pass, TOO_QUICK, Outcome::Drift], 0, 7)]
    #[case::fail(&[Outcome::Drift, Outcome::Fail, TOO_QUICK], 0, 6)]
    #[case::left_overs(&[Outcome::Pass, Outcome::Fail], 1, 5)]
    fn the_most_urgent_decides_the_exit_code(#[case] outcomes: &[Outcome], #[case] left: usize, #[case] code: u8) {
        assert_eq!(Verdict::of(outcomes, left).exit_code(), code);
    }

    #[test]
    fn an_outcome_says_its_reason() {
        assert_eq!(TOO_QUICK.to_string(), "inconclusive (the state passed too quickly to be seen)");
        assert_eq!(Outcome::NotRun(NotRun::NoBudgetLeft).to_string(), "not run (the budget was used up)");
    }

    #[test]
    fn the_page_about_live_runs_has_every_code_and_every_reason() {
        let page = include_str!("../README.md");
        for verdict in [Verdict::Fine, Verdict::Open, Verdict::Refused, Verdict::LeftOvers, Verdict::Failed, Verdict::Drifted] {
            let row = format!("| {} | {} | {} |", verdict.exit_code(), verdict.as_str(), verdict.meaning());
            assert!(page.contains(&row), "tests/external/live/README.md has no row {row}");
        }
        let reasons = Inconclusive::ALL.map(Inconclusive::as_str).into_iter().chain(NotRun::ALL.map(NotRun::as_str));
        for reason in reasons {
            assert!(page.contains(&format!("| {reason} |")), "tests/external/live/README.md has no row for `{reason}`");
        }
    }

    #[test]
    fn xtask_ends_with_the_same_codes() {
        let theirs = include_str!("../../../../xtask/src/exit.rs");
        let ours = [
            ("LiveOpen", Verdict::Open),
            ("LiveRefused", Verdict::Refused),
            ("LiveLeftOvers", Verdict::LeftOvers),
            ("LiveFailed", Verdict::Failed),
            ("LiveDrifted", Verdict::Drifted),
        ];
        for (name, verdict) in ours {
            let line = format!("    {name} = {},", verdict.exit_code());
            assert!(theirs.contains(&line), "xtask has no `{line}`");
        }
    }
}
