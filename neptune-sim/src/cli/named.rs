//! Scenarios by their numbers and names, and lists of them.

use neptune_harness::scenario_test::ScenarioTest;
use neptune_report::{Table, numbered};

use super::columns::columns;

/// The number that people use: `check 6`, `F22b`. `None` if it has none.
pub(super) fn number(test: &ScenarioTest) -> Option<String> {
    let scenario = test.scenario()?;
    if let Some(plan) = scenario.plan() {
        let verb = plan.function.split('_').next().unwrap_or(&plan.function);
        return Some(format!("{verb} {}", plan.number));
    }
    scenario.failure()?;
    scenario.name().split('_').next().map(str::to_owned)
}

/// Whether a text means this scenario: it is its number, or a part of its name. `F2` is F02 with its variants, and not all of the twenties.
pub(super) fn is_named(test: &ScenarioTest, wanted: &str) -> bool {
    number(test).is_some_and(|number| number == wanted) || test.name().contains(&numbered(wanted))
}

/// A row for each scenario: number, name, what it is about.
pub(super) fn names(tests: &[ScenarioTest]) -> String {
    let mut table = Table::new(["number", "scenario", "about"], 3);
    for test in tests {
        let about = test.scenario().map_or("this file is not a scenario", |scenario| scenario.about());
        table.row([number(test).unwrap_or_default(), test.name(), about.to_owned()]);
    }
    table.render(columns())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::builtin;

    #[rstest]
    #[case::of_the_plan("check 6", &["check 6"])]
    #[case::a_failure("F22b", &["F22b"])]
    #[case::with_its_variants("F4", &["F04", "F04b", "F04c"])]
    #[case::a_variant_without_its_zero("F4b", &["F04b"])]
    #[case::a_part_of_a_name("cancelled_by_user", &["F22"])]
    #[case::nothing("F99", &[])]
    fn a_scenario_has_a_number_and_a_name(#[case] text: &str, #[case] meant: &[&str]) {
        let all = builtin::scenarios().map(|one| ScenarioTest::of_text(one.folder, one.label, one.text));
        let numbers: Vec<String> = all.filter(|test| is_named(test, text)).filter_map(|test| number(&test)).collect();
        assert_eq!(numbers, meant);
    }
}
