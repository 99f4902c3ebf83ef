//! Scenario files.

use std::time::Duration;

use neptune_server::scenario::Scenario;
use neptune_server::{ClockKind, FuzzCluster};

use crate::ask::Question;

/// The bytes are a file.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match Scenario::parse("fuzz.yaml", text) {
        Ok(scenario) => play(&scenario),
        Err(error) => {
            let (line, column) = error.place().expect("a complaint about a text has a place");
            let reported = error.to_string();
            assert!(line >= 1 && column >= 1, "line {line}, column {column}: {reported}");
            assert!(line <= text.split(['\n', '\r']).count() as u64, "line {line} of a shorter file: {reported}");
            assert!(reported.starts_with("error: ") && reported.contains("fuzz.yaml:"), "{reported}");
        }
    }
}

/// A scenario that was accepted makes a cluster that answers, now and later.
fn play(scenario: &Scenario) {
    assert!(!scenario.name().is_empty());
    let mut spec = scenario.cluster_spec(ClockKind::Manual);
    // Whatever passed the checks makes a cluster. Who may ask it, and what goes wrong on the way, would only hide its loads.
    drop(FuzzCluster::new(spec.clone()));
    (spec.strict, spec.authentication, spec.availability, spec.faults) = Default::default();
    let cluster = FuzzCluster::new(spec);
    for hours in [0, 1, 100] {
        cluster.cluster().advance(Duration::from_hours(hours)).expect("the clock is manual");
        Question::get("/loader?limit=100").to(&cluster);
        Question::get("/status").to(&cluster);
        for id in scenario.scripted_loads().take(8) {
            let id = id.as_str().bytes().fold(String::new(), |id, byte| format!("{id}%{byte:02X}"));
            Question::get(&format!("/loader/{id}?details=TRUE&errors=TRUE&errorsPerPage=3")).to(&cluster);
        }
    }
}
