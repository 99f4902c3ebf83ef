//! Which tests `--filter` asks for.

use neptune_report::numbered;

use crate::planned::Plan;

/// What `--filter` asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Every name with this text in it.
    Containing(String),
    /// The planned test of this full name.
    Planned(String),
}

impl Filter {
    /// Reads `check 6` as the planned test of that number, `F2` as `F02` and not all of the twenties, and anything else as part of names.
    pub(crate) fn of(plan: &Plan, filter: &str) -> Self {
        let planned = plan.0.iter().find(|planned| planned.label() == filter.trim());
        planned.map_or_else(|| Self::Containing(numbered(filter)), |planned| Self::Planned(planned.full_name()))
    }

    /// The text to pass to a program that filters by names.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Containing(text) | Self::Planned(text) => text,
        }
    }

    /// Whether it asks for the test of this full name.
    pub(crate) fn takes(&self, name: &str) -> bool {
        match self {
            Self::Containing(text) => name.contains(text.as_str()),
            Self::Planned(planned) => name == planned,
        }
    }

    /// The same for a test program.
    pub(crate) fn arguments(&self) -> Vec<&str> {
        match self {
            Self::Containing(text) => vec!["--", text],
            Self::Planned(name) => vec!["--exact", "--", name],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "## check_bulk_load_status\n| 1 | test_a | |\n| 2 | test_b | |\n";

    #[test]
    fn a_number_of_the_plan_is_one_test() {
        let plan = Plan::parse(PLAN).unwrap();
        assert_eq!(Filter::of(&plan, "check 1"), Filter::Planned("check_bulk_load_status::test_a".into()));
        assert_eq!(Filter::of(&plan, "check 1").arguments(), ["--exact", "--", "check_bulk_load_status::test_a"]);
        assert_eq!(Filter::of(&plan, "check 3"), Filter::Containing("check 3".into()), "there is no such test");
        assert_eq!(Filter::of(&plan, "F2"), Filter::Containing("F02".into()));
    }
}
