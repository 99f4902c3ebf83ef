//! The report for programs: `results.json`, and `parity.json` for those that ask about differences only.

use std::time::Duration;

use serde_json::{Value, json};

use super::{RunReport, ScenarioReport};

impl RunReport {
    /// Everything, as `results.json`.
    pub fn json(&self) -> String {
        let verdict = self.verdict();
        let count = |word| self.with(word).count();
        let report = json!({
            "target": "neptune",
            "occasion": self.occasion,
            "run": self.run,
            "cluster": self.cluster_name,
            "engine_version": self.engine_version,
            "region": self.region,
            "via": self.via,
            "tier": self.tier,
            "started_at": self.started_at,
            "seconds": seconds(self.took),
            "verdict": {"word": verdict.as_str(), "exit_code": verdict.exit_code()},
            "totals": {
                "pass": count("pass"),
                "fail": count("fail"),
                "drift": count("drift"),
                "inconclusive": count("inconclusive"),
                "not_run": count("not run"),
            },
            "made": self.made,
            "left": self.left,
            "answers": self.answers,
            "standing": self.standing,
            "scenarios": self.scenarios.iter().map(scenario).collect::<Vec<_>>(),
        });
        format!("{report:#}\n")
    }

    /// Where the answers of each scenario that was tried are not the accepted ones, field by field, as `parity.json`.
    pub fn parity(&self) -> String {
        let one = |scenario: &ScenarioReport| json!({"name": scenario.name, "plan": scenario.plan, "outcome": word(scenario), "differences": scenario.drift});
        let report = json!({
            "occasion": self.occasion,
            "run": self.run,
            "engine_version": self.engine_version,
            "scenarios": self.tried().map(one).collect::<Vec<_>>(),
            "answers": self.answers,
        });
        format!("{report:#}\n")
    }
}

fn scenario(scenario: &ScenarioReport) -> Value {
    json!({
        "name": scenario.name,
        "plan": scenario.plan,
        "form": scenario.form,
        "outcome": word(scenario),
        "reason": scenario.outcome.reason(),
        "seconds": seconds(scenario.took),
        "seen": scenario.seen,
        "drift": scenario.drift,
        "failures": scenario.failures,
        "unseen": scenario.unseen,
    })
}

fn word(scenario: &ScenarioReport) -> String {
    scenario.outcome.as_str().replace(' ', "_")
}

/// To the millisecond.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}
