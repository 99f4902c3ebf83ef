//! The parts of a scenario that the simulator does not run: everything but its cluster.

use neptune_server::scenario::{Scenario, Section};

/// The steps that do not run, by kind and with their lines, and what runs them. Empty if there are none.
pub(crate) fn render_skipped_steps(scenario: &Scenario) -> Vec<String> {
    let sections = scenario.sections();
    let words: Vec<&str> = sections.iter().flat_map(|section| section.steps.iter().copied()).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let (steps, are) = if words.len() == 1 { ("step", "is") } else { ("steps", "are") };
    let mut reported =
        vec![format!("warning: {} {steps} of {} {are} not run, only its cluster:", words.len(), scenario.file())];
    reported.extend(sections.iter().map(|section| render_section(scenario.file(), section)));
    reported.push("hint: `cargo xtask it` runs all of them; by hand:".to_owned());
    reported.extend(PLAYERS.iter().filter_map(|(kinds, how)| {
        let there: Vec<&str> = kinds.iter().copied().filter(|kind| words.contains(kind)).collect();
        (!there.is_empty()).then(|| format!("  {}: {how}", there.join(", ")))
    }));
    reported
}

/// How a user can run each kind of step by hand.
const PLAYERS: [(&[&str], &str); 4] = [
    (&["start", "cancel", "request"], "send the requests with any client"),
    (&["wait", "advance"], "POST /_sim/clusters/<name>/clock, with --clock manual"),
    (&["neptune", "fault", "clear_fault"], "PUT availability, POST and DELETE faults under /_sim/clusters/<name>"),
    (&["invoke"], "run your own function or poller"),
];

/// `  setup (f22.yaml:12): 2 start, 1 wait`
fn render_section(file: &str, section: &Section) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for word in &section.steps {
        if !kinds.contains(word) {
            kinds.push(word);
        }
    }
    let count = |kind: &str| format!("{} {kind}", section.steps.iter().filter(|word| **word == kind).count());
    let kinds: Vec<String> = kinds.into_iter().map(count).collect();
    format!("  {} ({file}:{}): {}", section.name, section.line, kinds.join(", "))
}
