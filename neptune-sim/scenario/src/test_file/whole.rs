//! The test as a whole: which test it is, and whether it tests anything.

use neptune_loader::Quirks;

use super::check::{TestCheck, function};
use crate::cluster::{Given, Known};
use crate::document::{Findings, KeyPath, Problem};
use crate::test_file::keys::{PlannedTest, TestFile, TestKeys};
use crate::test_file::live_check::{LiveCheck, Simulated};
use crate::test_file::step::Step;
use crate::test_file::suite::{FAILURES, PLANNED_TESTS};

/// Checks the keys of a test. `known` has the names of `given`, and `quirks` is what it sets.
pub(crate) fn check(findings: &Findings<'_>, known: Known, quirks: &Quirks, keys: TestKeys, given: &Given) -> TestFile {
    let root = KeyPath::default();
    let plan = keys.plan.as_deref().and_then(|plan| findings.keep(planned_test(findings, &root.key("plan"), plan)));
    let failure = keys.failure.as_deref();
    let failure = failure.and_then(|failure| findings.keep(self::failure(findings, &root.key("failure"), failure)));
    if !keys.question.is_empty() && (plan.is_some() || failure.is_some()) {
        let message = "a question is neither a test of the plan nor a failure that users have met";
        findings.add_at(&root.key("question"), message, Some("leave out one of them"));
    }
    if plan.is_some() {
        planned_name(findings, &root.key("name"), &keys.name);
    }
    let live = LiveCheck { findings, known: known.clone(), plan: plan.clone(), given };
    let mut check = TestCheck { findings, known, plan };
    let before = findings.count();
    let setup = check.steps(&root.key("setup"), keys.setup);
    let action = check.steps(&root.key("action"), keys.action);
    let are_steps_right = findings.count() == before;
    something_is_expected(findings, &root.key("action"), &action);
    let cleanup = check.steps(&root.key("cleanup"), keys.cleanup);
    let questions = check.questions(&keys.question, quirks, &action);
    // A step that is wrong is wrong on a live cluster as well: once is enough.
    let on_neptune = if are_steps_right {
        live.form(keys.on_neptune, &Simulated { setup: &setup, action: &action })
    } else {
        Err(String::new())
    };
    let lines = [("setup", &setup), ("action", &action), ("cleanup", &cleanup)];
    let lines = lines.into_iter().filter(|(_, steps)| !steps.is_empty());
    let lines = lines.map(|(name, _)| (name, findings.line(&root.key(name)))).collect();
    let environment = given.environment.clone().into_iter().collect();
    TestFile { plan: check.plan, failure, questions, environment, setup, action, cleanup, on_neptune, lines }
}

fn planned_test(findings: &Findings<'_>, path: &KeyPath, text: &str) -> Result<PlannedTest, Problem> {
    let planned = text.split_once('/').and_then(|(function, number)| {
        let number = number.parse().ok().filter(|number| (1..=PLANNED_TESTS).contains(number))?;
        Some(PlannedTest { function: function.to_owned(), number })
    });
    let planned = planned.ok_or_else(|| {
        let help = format!("write the function and a number from 1 to {PLANNED_TESTS}: `get_load_status/7`");
        findings.wrong(path, format!("`{text}` is not a planned test"), Some(help))
    })?;
    function(findings, path, &planned.function)?;
    Ok(planned)
}

fn failure(findings: &Findings<'_>, path: &KeyPath, text: &str) -> Result<u32, Problem> {
    let number = text.strip_prefix('F').and_then(|number| number.parse().ok());
    number.filter(|number| (1..=FAILURES).contains(number) && format!("F{number}") == text).ok_or_else(|| {
        let help = format!("write a number from F1 to F{FAILURES}: scenarios/README.md lists them");
        findings.wrong(path, format!("`{text}` is not a failure that users have met"), Some(help))
    })
}

fn planned_name(findings: &Findings<'_>, path: &KeyPath, name: &str) {
    if !name.starts_with("test_") {
        let help = format!("the plan's names begin with `test_`: `test_{name}`");
        findings.add_at(path, format!("`{name}` is not a planned test"), Some(&help));
    }
}

fn something_is_expected(findings: &Findings<'_>, path: &KeyPath, action: &[Step]) {
    // The check of an invocation itself reports that it expects nothing.
    let expects = |step: &Step| matches!(step, Step::Invoke(_)) || !step.expect().is_empty();
    if !action.is_empty() && !action.iter().any(expects) {
        findings.add_at(path, "no step expects anything, so nothing would be tested", None);
    }
}
