//! The list of the planned tests, `scenarios/PLAN.md`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// Where the list lies, from the workspace's root.
pub(crate) const PATH: &str = "scenarios/PLAN.md";

/// One planned test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    /// The plan, which is also the folder of the scenario: `check_bulk_load_status`.
    pub(crate) plan: String,
    /// The number in the plan, from 1.
    pub(crate) number: usize,
    /// The name: `test_both_loads_failed`.
    pub(crate) test: String,
}

impl Planned {
    /// The name as the harness lists it: `check_bulk_load_status::test_both_loads_failed`.
    pub(crate) fn full_name(&self) -> String {
        format!("{}::{}", self.plan, self.test)
    }

    /// The number as the scenario file states it: `check_bulk_load_status/5`.
    pub(crate) fn key(&self) -> String {
        format!("{}/{}", self.plan, self.number)
    }

    /// The number as people say it: `check 5`.
    pub(crate) fn label(&self) -> String {
        let verb = self.plan.split('_').next().unwrap_or(&self.plan);
        format!("{verb} {}", self.number)
    }

    /// Where the scenario file must lie, from the workspace's root.
    pub(crate) fn file(&self) -> String {
        let stem = self.test.strip_prefix("test_").unwrap_or(&self.test);
        format!("scenarios/{}/{:02}_{stem}.yaml", self.plan, self.number)
    }
}

/// The planned tests in the plan's order.
#[derive(Clone, Debug)]
pub(crate) struct Plan(pub(crate) Vec<Planned>);

impl Plan {
    /// Reads `scenarios/PLAN.md`.
    ///
    /// # Errors
    /// The file cannot be read, or is not in the shape that [`Plan::parse`] wants.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(PATH)).with_context(|| format!("cannot read {PATH}"))?;
        Self::parse(&text).context(PATH)
    }

    /// Reads the tables: a `## heading` names the plan, rows are `| 1 | test_name | about |`.
    ///
    /// # Errors
    /// A row outside a plan, a number out of order (so that a lost row is noticed), a name that does not begin with `test_`, or no row.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut planned: Vec<Planned> = Vec::new();
        let mut plan = None;
        for (index, line) in text.lines().enumerate() {
            if let Some(heading) = line.strip_prefix("## ") {
                plan = Some(heading.trim());
            } else if let Some((number, test)) = parse_row(line) {
                let Some(plan) = plan else { bail!("line {}: a row before the first `## plan` heading", index + 1) };
                let expected = planned.iter().filter(|earlier| earlier.plan == plan).count() + 1;
                ensure!(number == expected, "line {}: number {number} where {expected} is due", index + 1);
                ensure!(test.starts_with("test_"), "line {}: `{test}` does not begin with `test_`", index + 1);
                planned.push(Planned { plan: plan.to_owned(), number, test: test.to_owned() });
            }
        }
        ensure!(!planned.is_empty(), "no rows `| 1 | test_name | about |` found");
        Ok(Self(planned))
    }

    /// The planned test that the harness lists under this name.
    pub(crate) fn find(&self, full_name: &str) -> Option<&Planned> {
        self.0.iter().find(|planned| planned.full_name() == full_name)
    }

    /// Where the test stands in the plan; our own tests stand behind all planned ones.
    pub(crate) fn position(&self, full_name: &str) -> usize {
        self.0.iter().position(|planned| planned.full_name() == full_name).unwrap_or(usize::MAX)
    }

    /// The names of the plans, which are also the scenario folders.
    pub(crate) fn folders(&self) -> Vec<&str> {
        let mut folders: Vec<&str> = self.0.iter().map(|planned| planned.plan.as_str()).collect();
        folders.dedup();
        folders
    }
}

fn parse_row(line: &str) -> Option<(usize, &str)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let number = cells.next()?.parse().ok()?;
    Some((number, cells.next()?.trim_matches('`')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_becomes_a_planned_test_with_all_its_names() {
        let plan =
            Plan::parse("## get_load_status\n\n| # | test | about |\n| --- | --- | --- |\n| 1 | `test_a_b` | x |\n").unwrap();
        let [planned] = plan.0.as_slice() else { panic!("one row") };
        assert_eq!(planned.full_name(), "get_load_status::test_a_b");
        assert_eq!(planned.key(), "get_load_status/1");
        assert_eq!(planned.label(), "get 1");
        assert_eq!(planned.file(), "scenarios/get_load_status/01_a_b.yaml");
    }

    #[rstest::rstest]
    #[case::a_lost_row("## p\n| 1 | test_a | x |\n| 3 | test_c | x |", "line 3: number 3 where 2 is due")]
    #[case::no_heading("| 1 | test_a | x |", "line 1: a row before the first `## plan` heading")]
    #[case::another_name("## p\n| 1 | a | x |", "line 2: `a` does not begin with `test_`")]
    #[case::nothing("# Plan", "no rows `| 1 | test_name | about |` found")]
    fn a_damaged_list_is_refused(#[case] text: &str, #[case] message: &str) {
        assert_eq!(Plan::parse(text).unwrap_err().to_string(), message);
    }

    #[test]
    fn the_committed_plan_has_its_forty_tests() {
        let plan = Plan::parse(include_str!("../../scenarios/PLAN.md")).unwrap();
        assert_eq!(plan.folders(), ["check_bulk_load_status", "get_load_status"]);
        for folder in plan.folders() {
            assert_eq!(plan.0.iter().filter(|planned| planned.plan == folder).count(), 20, "{folder}");
        }
    }
}
