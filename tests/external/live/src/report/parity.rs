//! The differences for programs that ask about nothing else, `parity.json`.

use serde_json::json;

use super::{RunReport, ScenarioReport};

impl RunReport {
    /// Where the answers of each scenario that was tried differ from the accepted ones, field by field, as `parity.json`.
    pub fn parity(&self) -> String {
        let one = |scenario: &ScenarioReport| {
            json!({
                "name": scenario.name,
                "plan": scenario.plan,
                "outcome": scenario.outcome.verdict(),
                "differences": scenario.drift,
            })
        };
        let report = json!({
            "kind": self.kind,
            "run": self.run,
            "engine_version": self.engine_version,
            "scenarios": self.tried().map(one).collect::<Vec<_>>(),
            "answers": self.answers,
        });
        format!("{report:#}\n")
    }
}
