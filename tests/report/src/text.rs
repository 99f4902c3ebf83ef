//! The report for a terminal or a CI log. What matters most stands last.

use anstyle::Style;

use crate::terminal::{BAD, GOOD, OPEN, paint, wrap};
use crate::{Run, Table, TestResult, Verdict, duration};

/// How many tests the closing list names before it only counts.
const NAMED_AT_THE_END: usize = 10;

impl Run {
    /// The report for people, `width` columns wide: what failed at length, the tables, notes, what did not pass in a line each, and the totals.
    /// It has colours; see [`crate::terminal`].
    pub fn text(&self, width: usize) -> String {
        let lines = [self.failures(width), self.result_tables(width), self.notes(width), self.not_passed(width)];
        lines.concat() + &self.closing_lines(width)
    }

    /// The totals, the time and the context in one line.
    pub fn summary(&self) -> String {
        format!("{} in {} ({})", self.totals(), duration(self.took), self.context)
    }

    fn failures(&self, width: usize) -> String {
        let bad = self.results.iter().filter(|result| result.verdict.is_bad() && !result.explanation().is_empty());
        let reported = bad.map(|result| {
            let title = paint(BAD, &format!("---- {} ----", result.name));
            format!("{title}\n{}\n\n", wrap(result.explanation().trim_end(), width))
        });
        reported.collect()
    }

    fn result_tables(&self, width: usize) -> String {
        let in_seconds = self.results.iter().any(|result| result.millis >= 10_000.0);
        let tables = self.tables().into_iter().filter_map(|(heading, results)| {
            let shown: Vec<_> = results.into_iter().filter(|result| !is_counted(result)).collect();
            let heading = heading.map(|heading| format!(" {heading}\n")).unwrap_or_default();
            (!shown.is_empty()).then(|| format!("{heading}{}\n", results_table(&shown, in_seconds).render(width)))
        });
        tables.collect()
    }

    /// What tests measured or noticed, one line each.
    fn notes(&self, width: usize) -> String {
        let lines = self.results.iter().flat_map(|result| {
            let name = result.number.as_deref().unwrap_or(&result.name);
            result.notes.iter().map(move |note| wrap(&format!("{name}: {note}\n"), width))
        });
        lines.collect()
    }

    /// What did not pass, a line each; what was not run for a reason with a remedy is counted.
    fn not_passed(&self, width: usize) -> String {
        let named: Vec<_> =
            self.results.iter().filter(|result| result.verdict != Verdict::Passed && !is_counted(result)).collect();
        let mut text: String = named.iter().take(NAMED_AT_THE_END).map(|result| named_line(result, width)).collect();
        if let Some(more) = named.len().checked_sub(NAMED_AT_THE_END).filter(|more| *more > 0) {
            text.extend(["... and ", &more.to_string(), " more that did not pass\n"]);
        }
        for (reason, remedy, results) in self.reasons_not_run() {
            let Some(remedy) = remedy else { continue };
            text += &wrap(&format!("{} not run: {reason}: {remedy}\n", results.len()), width);
        }
        text
    }

    fn closing_lines(&self, width: usize) -> String {
        let errors = self.errors.iter().map(|error| painted_lines(BAD, error, width));
        let remarks = self.remarks.iter().map(|remark| wrap(&format!("{remark}\n"), width));
        let style = if self.is_green() { GOOD } else { BAD };
        let conclusion = self
            .conclusion
            .map(|conclusion| format!("{}: {} (exit code {})", conclusion.word, conclusion.meaning, conclusion.exit_code));
        let verdict = std::iter::once(self.summary()).chain(conclusion).map(|line| painted_lines(style, &line, width));
        errors.chain(remarks).chain(verdict).collect()
    }
}

/// Whether a line counts it with others that were not run for the same reason, so that it has no row and no line of its own.
fn is_counted(result: &TestResult) -> bool {
    result.verdict == Verdict::NotRun && result.remedy.is_some()
}

/// `FAILED beyond::x: scenarios/beyond/x.yaml:22: …`
fn named_line(result: &TestResult, width: usize) -> String {
    let (word, headline) = (result.verdict.word(), result.headline());
    let why = if headline.is_empty() { "no reason given" } else { &headline };
    let remedy = result.remedy.as_ref().map(|remedy| format!(": {remedy}")).unwrap_or_default();
    let line = wrap(&format!("{word} {}: {why}{remedy}\n", result.name), width);
    paint(style_of(result.verdict), word) + &line[word.len()..]
}

fn painted_lines(style: Style, text: &str, width: usize) -> String {
    wrap(text, width).lines().map(|line| paint(style, line) + "\n").collect()
}

/// One row a test: number, name, form where there are several, verdict and time.
fn results_table(results: &[&TestResult], in_seconds: bool) -> Table {
    let has_forms = results.iter().any(|result| result.form.is_some());
    let unit = if in_seconds { "s" } else { "ms" };
    let mut table = if has_forms {
        Table::new(["number", "test", "form", "verdict", unit], 4)
    } else {
        Table::new(["number", "test", "verdict", unit], 3)
    };
    for result in results {
        let form = has_forms.then(|| result.form.clone().unwrap_or_default());
        let time = if in_seconds { result.millis / 1000.0 } else { result.millis };
        let time = if result.verdict == Verdict::NoResult { "-".to_owned() } else { format!("{time:.1}") };
        let number = result.number.clone().unwrap_or_else(|| "ours".to_owned());
        let cells = [number, result.table_name().to_owned()].into_iter().chain(form);
        table.row(cells.chain([result.verdict.word().to_owned(), time]));
        table.style(if has_forms { 3 } else { 2 }, style_of(result.verdict));
    }
    table
}

/// The colour of a verdict.
fn style_of(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Passed => GOOD,
        Verdict::NotRun | Verdict::Inconclusive => OPEN,
        _ => BAD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Conclusion;
    use crate::run::samples::{eventful, result, run};
    use crate::terminal::plain;

    #[test]
    fn the_last_screen_says_what_matters() {
        let expected = "\
---- check::test_a ----
action 1: answer.note: accepted `4`, live `3`
action 1: answer.note: accepted ``, live `a | b
c`

---- check::test_c ----
expected \"FAILED\"
    got <PENDING> `x`

---- failures::F01_queue_full ----
error: unknown key `load`

 number   test       verdict         ms
 check 1  test_a     DRIFTED       12.3
 check 3  test_c     FAILED        12.3
 get 2    test_b     passed        12.3
 get 6    test_f     inconclusive  12.3
 ours     beyond::g  NO RESULT        -

 known failures
 number  test        verdict     ms
 F01     queue_full  UNUSABLE  12.3

get 2: the slowest answer took 12 ms
DRIFTED check::test_a: 2 differences from the accepted answers
FAILED check::test_c: scenarios/check/03_c.yaml:22: it fails: status: expected
    \"FAILED\", got \"PENDING\"
inconclusive get::test_f: the state passed too quickly: run it again
UNUSABLE failures::F01_queue_full: error: unknown key `load`
NO RESULT beyond::g: it had to run and left no result
2 not run: the tier does not have it: choose a higher `--tier`
1 passed, 2 failed, 2 not run, 1 drifted, 1 inconclusive, 1 unusable in 1.23 s
    (target sim)
";
        assert_eq!(plain(&eventful().text(80)), expected);
    }

    #[test]
    fn errors_remarks_and_the_conclusion_stand_last() {
        let conclusion = Conclusion { word: "drifted", meaning: "some answers are not the accepted ones", exit_code: 7 };
        let report = crate::Run {
            errors: vec!["it died\nlast words".into()],
            remarks: vec!["40 of 40 planned tests passed".into()],
            conclusion: Some(conclusion),
            ..run(vec![])
        };
        let expected = "\
it died
last words
40 of 40 planned tests passed
0 passed, 0 failed, 0 not run in 1.23 s (target sim)
drifted: some answers are not the accepted ones (exit code 7)
";
        assert_eq!(plain(&report.text(80)), expected);
    }

    #[test]
    fn the_closing_list_counts_when_there_is_too_much_to_name() {
        let many = run((0..12).map(|n| result(&format!("beyond::{n}"), None, Verdict::Failed, "x")).collect());
        let text = plain(&many.not_passed(80));
        assert!(text.ends_with("FAILED beyond::9: x\n... and 2 more that did not pass\n"), "{text}");
    }

    #[test]
    fn verdicts_and_totals_have_colours() {
        let text = run(vec![result("beyond::what_passed", None, Verdict::Passed, "")]).text(80);
        assert!(text.contains(&format!(" beyond::what_passed  {}", paint(GOOD, "passed"))), "{text}");
        assert!(text.ends_with(&(paint(GOOD, "1 passed, 0 failed, 0 not run in 1.23 s (target sim)") + "\n")), "{text}");
        let text = eventful().text(80);
        let left_out = run(vec![result("beyond::d", None, Verdict::NotRun, "no docker")]).text(80);
        assert!(left_out.contains(&paint(OPEN, "not run")), "{left_out}");
        for (style, word) in [(BAD, "FAILED"), (OPEN, "inconclusive"), (BAD, "NO RESULT")] {
            assert!(text.contains(&paint(style, word)), "{word} in\n{text}");
        }
    }

    #[test]
    fn long_runs_have_seconds_and_forms_have_a_column() {
        let slow = TestResult {
            millis: 61_200.0,
            form: Some("with induced data".into()),
            ..result("get::test_a", Some("get 1"), Verdict::Passed, "")
        };
        let text = plain(&run(vec![slow]).text(80));
        let table = " number  test    form               verdict     s\n get 1   test_a  with induced data  passed   61.2\n";
        assert!(text.starts_with(table), "{text}");
    }
}
