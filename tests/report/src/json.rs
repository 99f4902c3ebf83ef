//! The report for programs, `results.json`.

use serde_json::{Value, json};

use crate::{Run, TestResult, Verdict};

impl Run {
    /// Everything that is known of the run, as JSON: the properties, when it began, the totals, whether it is green, errors of the run, and every
    /// result, without timelines and without the logs of tests that passed.
    pub fn json(&self) -> String {
        let mut report = serde_json::Map::new();
        for (name, value) in &self.properties {
            report.insert((*name).to_owned(), value.clone());
        }
        let since_1970 = self.started_at.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let facts = json!({
            "started_at": self.timestamp(),
            "started_at_unix_secs": since_1970.as_secs(),
            "totals": self.totals_as_json(),
            "green": self.is_green(),
            "verdict": self.conclusion.map(|verdict| json!({"word": verdict.word, "exit_code": verdict.exit_code})),
            "complaints": self.errors,
            "scenarios": self.results.iter().map(result).collect::<Vec<_>>(),
        });
        if let Value::Object(facts) = facts {
            report.extend(facts.into_iter().filter(|(_, value)| !value.is_null()));
        }
        format!("{:#}\n", Value::Object(report))
    }

    fn totals_as_json(&self) -> Value {
        json!({
            "passed": self.count(Verdict::Passed),
            "failed": self.failed(),
            "drifted": self.count(Verdict::Drifted),
            "unusable": self.count(Verdict::Unusable),
            "inconclusive": self.count(Verdict::Inconclusive),
            "not_run": self.count(Verdict::NotRun),
            "seconds": (self.took.as_secs_f64() * 1000.0).round() / 1000.0,
        })
    }
}

/// A result without what only a page shows.
fn result(result: &TestResult) -> Value {
    let mut value = json!(result);
    if let Value::Object(fields) = &mut value {
        fields.shift_remove("timeline");
        if result.verdict == Verdict::Passed {
            fields.shift_remove("log");
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::samples::{eventful, result, run};

    fn read(run: &Run) -> Value {
        serde_json::from_str(&run.json()).unwrap()
    }

    #[test]
    fn it_holds_properties_totals_and_every_result() {
        let read = read(&eventful());
        assert_eq!((&read["target"], &read["commit"], &read["green"]), (&json!("sim"), &json!("abc-dirty"), &json!(false)));
        assert_eq!(read["started_at"], "2026-01-01T00:00:00.25Z");
        assert_eq!(read["started_at_unix_secs"], 1_767_225_600);
        let totals =
            json!({"passed": 1, "failed": 2, "drifted": 1, "unusable": 1, "inconclusive": 1, "not_run": 2, "seconds": 1.234});
        assert_eq!(read["totals"], totals);
        let failed = &read["scenarios"][1];
        assert_eq!((&failed["number"], &failed["outcome"], &failed["line"]), (&json!("check 3"), &json!("failed"), &json!(22)));
        assert_eq!(read["scenarios"][0]["differences"][0]["path"], "answer.note");
    }

    #[test]
    fn what_only_a_page_shows_is_not_in_it() {
        let told = |verdict| TestResult {
            timeline: Some(json!({"loads": []})),
            log: vec!["a line".into()],
            ..result("a", None, verdict, "x")
        };
        let read = read(&run(vec![told(Verdict::Passed), told(Verdict::Failed)]));
        let has = |index: usize, key| read["scenarios"][index].get(key).is_some();
        assert_eq!([has(0, "timeline"), has(1, "timeline"), has(0, "log"), has(1, "log")], [false, false, false, true]);
    }

    #[test]
    fn an_error_of_the_run_is_in_it() {
        let read = read(&Run { errors: vec!["it died".into()], ..run(vec![]) });
        assert_eq!((&read["green"], &read["complaints"]), (&json!(false), &json!(["it died"])));
        assert_eq!(read.get("verdict"), None);
    }
}
