//! The report for people: `report.md`. The verdict comes first, then what has to be done, then what was done.

use std::fmt::Write as _;

use super::{Difference, Occasion, QuestionAnswer, RunReport, ScenarioReport};
use crate::words::{count, time};
use crate::{Inconclusive, Outcome};

/// A value in a table is cut there; `parity.json` has all of it.
const VALUE: usize = 120;

impl RunReport {
    /// Everything that somebody who was not there wants to know, on one screen if it went well.
    pub fn markdown(&self) -> String {
        let sections = [
            self.head(),
            self.left_behind(),
            self.outcomes(),
            self.failed(),
            self.drifted(),
            self.inconclusive(),
            self.not_run_counted(),
            self.not_looked_at(),
            self.noticed(),
            self.answered(),
            self.cost(),
            self.ledger(),
        ];
        let sections: Vec<_> = sections.into_iter().filter(|section| !section.is_empty()).collect();
        sections.join("\n")
    }

    fn head(&self) -> String {
        let verdict = self.verdict();
        let Self { run, cluster_name, engine_version, region, via, tier, started_at, .. } = self;
        let mut text = match self.occasion {
            Occasion::Live => format!("# Live run: {}\n\n", verdict.as_str()),
            Occasion::Rehearsal => {
                format!("# Rehearsal on a stand-in: {}. Nothing in it is a fact about Neptune\n\n", verdict.as_str())
            }
        };
        let _ = writeln!(text, "**{}: {}** (exit code {}).", self.totals(), verdict.meaning(), verdict.exit_code());
        let (via, tier, took) = (via.as_str(), tier.as_str(), time(self.took));
        let _ = writeln!(
            text,
            "Run `{run}` on `{cluster_name}` (engine {engine_version}, {region}), `--via {via}`, `--tier {tier}`, \
             from {started_at}, {took}."
        );
        text
    }

    fn left_behind(&self) -> String {
        let lines = self.left.iter().map(|left| format!("* {left}\n"));
        let remedy = format!("\n`{}` removes what the journal names, and nothing else.\n", self.sweep());
        section("Left behind", lines, &remedy)
    }

    fn outcomes(&self) -> String {
        let row = |scenario: &ScenarioReport| {
            let (form, outcome) = (scenario.form.as_str(), scenario.outcome.as_str());
            format!("| {} | {} | {form} | {outcome} | {} |\n", scenario.number(), scenario.test(), scenario.seconds())
        };
        let rows: String = self.tried().map(row).collect();
        if rows.is_empty() { rows } else { format!("| number | test | form | outcome | s |\n|---|---|---|---|---:|\n{rows}") }
    }

    fn failed(&self) -> String {
        let lines = self.with("fail").flat_map(|scenario| {
            let failures = scenario.failures.iter().map(|failure| indented(failure));
            std::iter::once(format!("{}\n\n", title(scenario))).chain(failures)
        });
        section("Failed", lines, "")
    }

    fn drifted(&self) -> String {
        let row = |difference: &Difference| {
            let Difference { step, path, accepted, live } = difference;
            format!("| {} | {} | {} | {} |\n", plain(step), code(path), code(accepted), code(live))
        };
        let drifting = self.scenarios.iter().filter(|scenario| !scenario.drift.is_empty());
        let lines = drifting.flat_map(|scenario| {
            let head = format!("{}\n\n| step | field | accepted | live |\n|---|---|---|---|\n", title(scenario));
            std::iter::once(head).chain(scenario.drift.iter().map(row)).chain(["\n".to_owned()])
        });
        let remedy = match self.occasion {
            Occasion::Live => {
                "The whole answers are in `pending/`. No run accepts one: look whether Neptune or the accepted answer is right. \
                               If Neptune is, the simulator has to learn it.\n"
            }
            Occasion::Rehearsal => {
                "The stand-in answers otherwise than the simulator that was accepted: one of them is wrong.\n"
            }
        };
        section("Drifted", lines, remedy)
    }

    fn inconclusive(&self) -> String {
        let lines = self.scenarios.iter().filter_map(|scenario| {
            let Outcome::Inconclusive(reason) = scenario.outcome else { return None };
            Some(format!("* {}: {}: {}\n", title(scenario), reason.as_str(), advice(reason, &self.profile)))
        });
        section("Inconclusive", lines, "")
    }

    fn not_run_counted(&self) -> String {
        let lines = self.not_run().into_iter().map(|(reason, scenarios)| {
            let numbers: Vec<_> = scenarios.iter().map(|scenario| scenario.number()).collect();
            let (count, numbers) = (scenarios.len(), numbers.join(", "));
            format!("* {count}: {}: {} ({numbers})\n", reason.as_str(), reason.remedy())
        });
        section("Not run", lines, "")
    }

    fn not_looked_at(&self) -> String {
        let lines = self.scenarios.iter().filter(|scenario| !scenario.unseen.is_empty()).map(|scenario| {
            let quoted: Vec<_> = scenario.unseen.iter().map(|words| format!("“{}”", plain(words))).collect();
            format!("* {}: {}\n", title(scenario), quoted.join(", "))
        });
        section("Checks that cannot be looked at here", lines, "")
    }

    fn noticed(&self) -> String {
        let lines = self.scenarios.iter().filter(|scenario| !scenario.seen.is_empty());
        section("Seen", lines.map(|scenario| format!("* {}: {}\n", title(scenario), plain(&scenario.seen.join("; ")))), "")
    }

    fn answered(&self) -> String {
        let row = |answer: &QuestionAnswer| {
            let QuestionAnswer { question, choice, simulator_default } = answer;
            let to_do = match (choice, simulator_default) {
                (None, _) => {
                    "nobody has thought of this: the transcript shows what came, and the question needs another answer"
                        .to_owned()
                }
                (Some(_), None) => "write it down: no quirk is about it".to_owned(),
                (Some(choice), Some(default)) if choice == default => "nothing: the simulator does so".to_owned(),
                (Some(choice), Some(default)) => {
                    format!("set the quirk `{question}: {choice}`; the simulator's default is `{default}`")
                }
            };
            let choice = choice.as_deref().map_or_else(|| "something else".to_owned(), code);
            format!("| {} | {} | {to_do} |\n", code(question), choice)
        };
        let head = std::iter::once("| question | answer | to do |\n|---|---|---|\n".to_owned());
        let lines = head.chain(self.answers.iter().map(row)).filter(|_| !self.answers.is_empty());
        let remedy = match self.occasion {
            Occasion::Live => "\n`scenarios/QUIRKS.md` says what each question is.\n",
            Occasion::Rehearsal => "\nThe stand-in was told to answer so: that settles no question.\n",
        };
        section("Questions answered", lines, remedy)
    }

    fn cost(&self) -> String {
        let (loads, objects, bytes) =
            (count(self.made.loads, "load"), count(self.made.objects, "object"), count(self.made.bytes, "byte"));
        let took = time(self.took);
        let left = match (self.left.is_empty(), self.made.loads) {
            (true, 0) => " Nothing is left behind.",
            (true, _) => " Nothing is left behind but the loads in the cluster's own list, which nobody can clear.",
            (false, _) => "",
        };
        format!("## Cost and time\n\n{took}; {loads}; {objects} in S3 with {bytes} in all.{left}\n")
    }

    fn ledger(&self) -> String {
        let validates = match self.occasion {
            Occasion::Live => "",
            Occasion::Rehearsal => " A rehearsal validates nothing.",
        };
        format!("## Ledger\n\n{}.{validates}\n", self.standing)
    }
}

/// What to do, with the command that looks after the connection as it would be typed.
fn advice(reason: Inconclusive, profile: &str) -> String {
    reason.remedy().replace("`cargo xtask doctor`", &format!("`cargo xtask doctor --profile {profile}`"))
}

fn title(scenario: &ScenarioReport) -> String {
    format!("**{}** {}", scenario.number(), scenario.test())
}

/// A heading, lines and an end; nothing at all without lines.
fn section(heading: &str, lines: impl Iterator<Item = String>, end: &str) -> String {
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("## {heading}\n\n{}\n", format!("{lines}{end}").trim_end()) }
}

/// A text as a block that no character of it can end.
fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n") + "\n\n"
}

/// A text within a line or a cell.
fn plain(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('|', "\\|")
}

/// A value in a cell. What is empty was not there.
fn code(value: &str) -> String {
    if value.is_empty() {
        return "absent".to_owned();
    }
    let (shown, more) = match value.char_indices().nth(VALUE) {
        Some((end, _)) => (&value[..end], "…"),
        None => (value, ""),
    };
    format!("`{}`{more}", plain(shown).replace('`', "'"))
}
