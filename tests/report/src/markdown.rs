//! The report as Markdown, `report.md`. The verdict comes first, then what has to be done, then what was done.

use std::fmt::Write as _;

use crate::{Difference, Run, Section, TestResult, Verdict, duration};

/// A value in a table is cut there, in characters; the JSON has all of it.
const VALUE: usize = 120;

impl Run {
    /// Everything that a reader wants to know, on one screen if it went well.
    pub fn markdown(&self) -> String {
        let results = [
            self.errors_listed(),
            self.tried_table(),
            self.with_blocks(Verdict::Failed, "Failed"),
            self.with_blocks(Verdict::Unusable, "Unusable"),
            self.without_result(),
            self.drifted(),
            self.inconclusive(),
            self.not_run_counted(),
            self.unchecked(),
            self.noted(),
        ];
        let all = std::iter::once(self.head()).chain(results).chain(self.sections.iter().map(Section::render));
        all.filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn head(&self) -> String {
        let (word, meaning) = match self.conclusion {
            Some(verdict) => (verdict.word, format!(": {}** (exit code {})", verdict.meaning, verdict.exit_code)),
            None => (if self.is_green() { "passed" } else { "failed" }, "**".to_owned()),
        };
        let (title, totals, context, time) = (&self.title, self.totals(), &self.context, duration(self.took));
        let remarks: String = self.remarks.iter().flat_map(|remark| ["\n", remark, "\n"]).collect();
        let began = self.timestamp();
        format!("# {title}: {word}\n\n**{totals}{meaning}.\nFrom {began}, {time} ({context}).\n{remarks}")
    }

    fn errors_listed(&self) -> String {
        section("Errors of the run", self.errors.iter().map(|error| indented(error)))
    }

    fn tried_table(&self) -> String {
        let tried: Vec<_> = self.results.iter().filter(|result| result.verdict != Verdict::NotRun).collect();
        let has_forms = tried.iter().any(|result| result.form.is_some());
        let (heading, line) = if has_forms { (" form |", "---|") } else { ("", "") };
        let rows = tried.into_iter().map(|result| {
            let (number, name, verdict) = (number(result), result.table_name(), result.verdict.word());
            let form = result.form.as_ref().map(|form| format!(" {form} |")).unwrap_or_default();
            format!("| {number} | {name} |{form} {verdict} | {:.1} |\n", result.millis / 1000.0)
        });
        let rows: String = rows.collect();
        if rows.is_empty() {
            rows
        } else {
            format!("| number | test |{heading} verdict | s |\n|---|---|{line}---|---:|\n{rows}")
        }
    }

    fn with_blocks(&self, verdict: Verdict, heading: &str) -> String {
        section(heading, self.with(verdict).map(|result| format!("{}\n\n{}", title(result), indented(&result.explanation()))))
    }

    fn without_result(&self) -> String {
        let lines = self.with(Verdict::NoResult);
        section("No result", lines.map(|result| format!("* {}: {}\n", title(result), plain(&result.headline()))))
    }

    fn drifted(&self) -> String {
        let row = |difference: &Difference| {
            let Difference { step, path, accepted, live } = difference;
            format!("| {} | {} | {} | {} |\n", plain(step), code(path), code(accepted), code(live))
        };
        let drifting = self.results.iter().filter(|result| !result.differences.is_empty());
        section(
            "Drifted",
            drifting.map(|result| {
                let rows: String = result.differences.iter().map(row).collect();
                format!("{}\n\n| step | field | accepted | live |\n|---|---|---|---|\n{rows}\n", title(result))
            }),
        )
    }

    fn inconclusive(&self) -> String {
        let lines = self.with(Verdict::Inconclusive).map(|result| {
            let remedy = result.remedy.as_ref().map(|remedy| format!(": {remedy}")).unwrap_or_default();
            format!("* {}: {}{remedy}\n", title(result), result.reason.as_deref().unwrap_or_default())
        });
        section("Inconclusive", lines)
    }

    fn not_run_counted(&self) -> String {
        let lines = self.reasons_not_run().into_iter().map(|(reason, remedy, results)| {
            let numbers: Vec<_> = results.iter().map(|result| number(result)).collect();
            let remedy = remedy.map(|remedy| format!(": {remedy}")).unwrap_or_default();
            format!("* {}: {reason}{remedy} ({})\n", results.len(), numbers.join(", "))
        });
        section("Not run", lines)
    }

    fn unchecked(&self) -> String {
        let lines = self.results.iter().filter(|result| !result.unchecked.is_empty()).map(|result| {
            let quoted: Vec<_> = result.unchecked.iter().map(|words| format!("“{}”", plain(words))).collect();
            format!("* {}: {}\n", title(result), quoted.join(", "))
        });
        section("Checks that this run cannot make", lines)
    }

    fn noted(&self) -> String {
        let noted = self.results.iter().filter(|result| !result.notes.is_empty());
        section("Notes", noted.map(|result| format!("* {}: {}\n", title(result), plain(&result.notes.join("; ")))))
    }
}

impl Section {
    fn render(&self) -> String {
        section(&self.heading, std::iter::once(format!("{}\n", self.body)))
    }
}

fn number(result: &TestResult) -> &str {
    result.number.as_deref().unwrap_or("ours")
}

fn title(result: &TestResult) -> String {
    format!("**{}** {}", number(result), result.table_name())
}

/// A heading and lines; nothing at all without lines.
fn section(heading: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("## {heading}\n\n{}\n", lines.trim_end()) }
}

/// A text as a block that no character of it can end.
fn indented(text: &str) -> String {
    let mut block = String::new();
    for line in text.lines() {
        let _ = writeln!(block, "    {line}");
    }
    block + "\n"
}

/// A text within a line or a cell.
fn plain(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('|', "\\|")
}

/// A value in a cell. An empty one was absent.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Conclusion;
    use crate::run::samples::{eventful, result, run};

    #[test]
    fn it_has_all_that_happened() {
        let conclusion = Conclusion { word: "failed", meaning: "an expectation does not hold", exit_code: 6 };
        let sections = vec![Section { heading: "Cost".into(), body: "4 loads\n".into() }];
        let report = Run { sections, conclusion: Some(conclusion), errors: vec!["it died".into()], ..eventful() };
        let expected = include_str!("eventful.md");
        assert_eq!(report.markdown(), expected, "\n{}", report.markdown());
    }

    #[test]
    fn a_run_in_which_all_is_well_is_short() {
        let expected = "\
# cargo xtask it --target sim: passed

**1 passed, 0 failed, 0 not run**.
From 2026-01-01T00:00:00.25Z, 1.23 s (target sim).

| number | test | verdict | s |
|---|---|---|---:|
| get 1 | test_a | passed | 0.0 |
";
        assert_eq!(run(vec![result("get::test_a", Some("get 1"), Verdict::Passed, "")]).markdown(), expected);
    }

    #[test]
    fn a_long_value_is_cut_in_the_markdown_and_whole_in_the_json() {
        let mut report = eventful();
        report.results[0].differences[0].live = "ä".repeat(500);
        assert!(report.markdown().contains(&format!("`{}`…", "ä".repeat(120))));
        assert!(!report.markdown().contains(&"ä".repeat(121)));
        assert!(report.json().contains(&"ä".repeat(500)));
    }
}
