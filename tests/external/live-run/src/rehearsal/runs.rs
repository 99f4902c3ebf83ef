//! Rehearsals that succeed: the doctor, a plan, and runs in every way.

use anyhow::{Result, ensure};
use serde_json::Value;

use super::case::{Case, Fixture, has};
use super::guards::YES;
use super::program::journal;

/// Questions whose answer strict mode decides.
const STRICT: [&str; 2] = ["other_content_type", "parser_keys"];

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a look says what each guard saw, and makes nothing",
        script: |fixture| {
            Box::pin(async move {
                let said = fixture.program.run(&["doctor"]).await?.ended_with(0)?;
                for part in [
                    "guard 1 identity  account 123456789012",
                    "guard 2 consent",
                    "guard 3 health",
                    "engine",
                    "guard 4 extent",
                    "all is well",
                ] {
                    has(&said, part)?;
                }
                Ok(())
            })
        },
    },
    Case {
        name: "a look tells of a role that is not attached",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_roles(&[]);
                let said = fixture.program.run(&["doctor"]).await?.ended_with(0)?;
                has(&said, "loads will be refused: `role` is not attached to the cluster (attached: none)")
            })
        },
    },
    Case {
        name: "a plan tells what would be made and removed, and does nothing",
        script: |fixture| {
            Box::pin(async move {
                let before = fixture.program.runs();
                let said = fixture.program.run(&["run", "--tier", "faults", "--plan"]).await?.ended_with(0)?;
                for part in ["team-sandbox-data/team/loads/neptune-harness/", "removes", "remains"] {
                    has(&said, part)?;
                }
                ensure!(fixture.program.runs() == before, "a plan has left files");
                Ok(())
            })
        },
    },
    Case {
        name: "all 40 planned tests pass in their live forms, and nothing is left",
        script: |fixture| {
            Box::pin(async move {
                let said = fixture.program.run(&["run", "--tier", "faults", YES[0], YES[1]]).await?.ended_with(0)?;
                has(&said, "it says nothing about Neptune")?;
                let results = results(fixture)?;
                let planned = results.iter().filter(|result| result["plan"].is_string()).collect::<Vec<_>>();
                ensure!(planned.len() == 40, "{} planned tests", planned.len());
                ensure!(planned.iter().all(|result| result["outcome"] == "passed"), "{said}");
                closed(fixture)
            })
        },
    },
    Case {
        name: "deployed functions are asked the same, as far as they show it",
        script: |fixture| {
            Box::pin(async move {
                let arguments = ["run", "--via", "lambda", "--tier", "faults", "--filter", "get_load_status", YES[0], YES[1]];
                let said = fixture.program.run(&arguments).await?.ended_with(0)?;
                let results = results(fixture)?;
                let passed = results.iter().filter(|result| result["outcome"] == "passed").count();
                let hidden: Vec<&Value> = results.iter().filter(|result| result["outcome"] == "not_run").collect();
                // Their logs are not available, and they do not go through a proxy on this machine.
                let expected = ["logging", "raises_on_non_200", "neptune_unavailable"];
                let is_expected = |result: &&Value| {
                    expected.iter().any(|name| result["name"].as_str().is_some_and(|full| full.ends_with(name)))
                };
                ensure!(passed == 17 && hidden.len() == 3 && hidden.iter().all(is_expected), "{said}");
                closed(fixture)
            })
        },
    },
    Case {
        name: "open questions are answered, with what the simulator is set to",
        script: |fixture| {
            Box::pin(async move {
                let said = fixture.program.run(&["run", "--filter", "live-questions", YES[0], YES[1]]).await?.ended_with(0)?;
                let text = std::fs::read_to_string(fixture.program.newest()?.join("results.json"))?;
                let results: Value = serde_json::from_str(&text)?;
                let answers = results["answers"].as_array().cloned().unwrap_or_default();
                ensure!(answers.len() >= 30, "only {} questions are answered:\n{said}", answers.len());
                // Strict mode refuses what these are about.
                let is_strict = |answer: &Value| STRICT.iter().any(|question| answer["question"] == *question);
                let is_known = |answer: &Value| answer["choice"].is_string() && answer["simulator_default"].is_string();
                let is_off =
                    |answer: &&Value| is_known(answer) && !is_strict(answer) && answer["choice"] != answer["simulator_default"];
                let off: Vec<&Value> = answers.iter().filter(is_off).collect();
                ensure!(off.is_empty(), "a fake AWS answers otherwise than it is set to: {off:?}");
                closed(fixture)
            })
        },
    },
    Case {
        name: "a tunnel is used under the cluster's own name",
        script: |fixture| {
            Box::pin(async move {
                let arguments = ["run", "--via", "tunnel", "--filter", "test_both_loads_completed", YES[0], YES[1]];
                fixture.program.run(&arguments).await?.ended_with(0)?;
                closed(fixture)
            })
        },
    },
    Case {
        name: "a cluster whose answers differ from the accepted ones drifts, and no snapshot changes",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_quirk("empty_failed_feeds", "empty_list").await?;
                let arguments = ["run", "--filter", "test_get_load_status_completed", YES[0], YES[1]];
                fixture.program.run(&arguments).await?.ended_with(7)?;
                let report = std::fs::read_to_string(fixture.program.newest()?.join("report.md"))?;
                has(&report, "failedFeeds")?;
                let pending = "pending/get_load_status/test_get_load_status_completed.snap.new";
                has(&std::fs::read_to_string(fixture.program.newest()?.join(pending))?, "failedFeeds")?;
                closed(fixture)
            })
        },
    },
    Case {
        name: "a state that passes too quickly is inconclusive, and says what to do",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_speed(100_000).await?;
                let arguments = ["run", "--filter", "test_both_loads_in_progress", YES[0], YES[1]];
                // A load lasts at least as long as its files are read: few vertices take no time.
                let said = fixture.program.with("large_vertices = 1000")?.run(&arguments).await?.ended_with(3)?;
                has(&said, "the state passed too quickly to be seen")?;
                has(&said, "large_vertices")?;
                closed(fixture)
            })
        },
    },
    Case {
        name: "files of a run hold no secrets, and no names of accounts and buckets",
        script: |fixture| {
            Box::pin(async move {
                let run = fixture.program.newest()?;
                let transcript = std::fs::read_to_string(run.join("transcript.ndjson"))?;
                ensure!(transcript.lines().count() > 10, "the transcript has {} lines", transcript.lines().count());
                for secret in ["123456789012", "team-sandbox-data", "nothing-but-a-rehearsal", "AKIDREHEARSAL", "c0ffee12345"] {
                    ensure!(!transcript.contains(secret), "`{secret}` stands in the transcript");
                }
                Ok(())
            })
        },
    },
];

/// What the newest run says of each scenario.
pub(super) fn results(fixture: &Fixture) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(fixture.program.newest()?.join("results.json"))?;
    let results: Value = serde_json::from_str(&text)?;
    Ok(results["scenarios"].as_array().cloned().unwrap_or_default())
}

/// That the newest run has written down that nothing is left, and all its files are there.
fn closed(fixture: &Fixture) -> Result<()> {
    let run = fixture.program.newest()?;
    ensure!(journal(&run)?.last().is_some_and(|line| line["event"] == "closed"), "the journal is not closed");
    for file in ["report.html", "report.md", "results.json", "junit.xml", "parity.json", "transcript.ndjson"] {
        ensure!(run.join(file).is_file(), "there is no {file}");
    }
    Ok(())
}
