//! The page of a run of tests.

use neptune_text::redact;

use super::document::{Page, Remark};
use super::item::{Item, Section, Style, link, with_own_links};
use crate::log_line::for_people;
use crate::{Difference, Run, TestResult, Unmet, Verdict, duration};

impl Run {
    /// The report for people who were not there, as one HTML document of at most 1 MiB.
    pub fn html(&self) -> String {
        self.page().html()
    }

    /// What that document shows.
    pub fn page(&self) -> Page {
        let mut items: Vec<Item> = self.results.iter().map(item).collect();
        with_own_links(&mut items);
        let page = Page {
            title: self.title.clone(),
            subtitle: self.about_the_run(),
            remarks: self.said_of_the_run(),
            items,
            sections: self.sections.iter().filter_map(|section| Section::text(&section.heading, &section.body)).collect(),
            ..Page::default()
        };
        page.counted()
    }

    /// `target sim, version 0.1.0, commit abc, 2026-01-01T00:00:00Z, 1.23 s`
    fn about_the_run(&self) -> String {
        let known = |name: &str| {
            let (_, value) = self.properties.iter().find(|(known, _)| *known == name)?;
            Some(format!("{name} {}", value.as_str()?))
        };
        let context = (!self.context.is_empty()).then(|| self.context.clone());
        let parts = [context, known("version"), known("commit"), Some(self.timestamp()), Some(duration(self.took))];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn said_of_the_run(&self) -> Vec<Remark> {
        let errors = self.errors.iter().map(|error| Remark { text: error.clone(), style: Style::Bad });
        let conclusion = self.conclusion.map(|conclusion| Remark {
            text: format!("{}: {} (exit code {})", conclusion.word, conclusion.meaning, conclusion.exit_code),
            style: if conclusion.exit_code == 0 { Style::Good } else { Style::Bad },
        });
        let remarks = self.remarks.iter().map(|remark| Remark { text: remark.clone(), style: Style::Open });
        errors.chain(conclusion).chain(remarks).collect()
    }
}

fn item(result: &TestResult) -> Item {
    let form = result.form.as_ref().map(|form| format!(" ({form})")).unwrap_or_default();
    let line = result.line.map(|line| format!(":{line}")).unwrap_or_default();
    let headline = (result.verdict != Verdict::Passed).then(|| result.headline()).filter(|text| !text.is_empty());
    Item {
        id: link(
            result.number.as_deref().filter(|number| number.contains(|c: char| c.is_ascii_digit())).unwrap_or(&result.name),
        ),
        number: result.number.clone(),
        name: format!("{}{form}", result.table_name()),
        group: result.table.clone().unwrap_or_else(|| result.folder().to_owned()),
        verdict: result.verdict.word().to_lowercase(),
        style: style(result),
        about: result.about.clone(),
        seconds: (result.millis > 0.0).then_some(result.millis / 1000.0),
        place: result.file.as_ref().map(|file| format!("{file}{line}")),
        message: headline,
        change: result.remedy.clone(),
        sections: sections(result),
        ..Item::default()
    }
}

fn style(result: &TestResult) -> Style {
    match result.verdict {
        _ if result.is_red() => Style::Bad,
        Verdict::Passed => Style::Good,
        _ => Style::Open,
    }
}

/// What helps most comes first.
fn sections(result: &TestResult) -> Vec<Section> {
    let held = result.held.iter().map(|words| [words.clone()]).collect();
    let unchecked = result.unchecked.iter().map(|words| [words.clone()]).collect();
    let log: Vec<String> = result.log.iter().map(|line| for_people(&redact::body(line))).collect();
    let timeline =
        result.timeline.clone().map(|snapshot| Section::Timeline { title: "What happened when".to_owned(), snapshot });
    let all = [
        unmet(result),
        drifted(&result.differences),
        timeline,
        Section::facts("What was expected, and holds", ["expectation"], held),
        Section::facts("Not checked in this run", ["expectation"], unchecked),
        Section::text("Notes", result.notes.join("\n")),
        Section::text("Log", log.join("\n")),
        Section::text("The whole report as text", result.failure.clone().unwrap_or_default()),
    ];
    all.into_iter().flatten().collect()
}

fn unmet(result: &TestResult) -> Option<Section> {
    let row = |Unmet { step, words, field, expected, got, line }: &Unmet| {
        let place = line.map(|line| format!("line {line}")).unwrap_or_default();
        [words, field, expected, got].map(String::clone).into_iter().chain([step.clone(), place]).collect()
    };
    let rows: Vec<Vec<String>> = result.unmet.iter().map(row).collect();
    let columns = ["expectation", "field", "expected", "got", "step", "place"].map(str::to_owned).to_vec();
    (!rows.is_empty()).then(|| Section::Facts { title: "Expected and got".to_owned(), columns, rows })
}

fn drifted(differences: &[Difference]) -> Option<Section> {
    let row = |Difference { step, path, accepted, live }: &Difference| {
        let shown = |value: &String| if value.is_empty() { "absent".to_owned() } else { value.clone() };
        [step.clone(), path.clone(), shown(accepted), shown(live)]
    };
    let rows = differences.iter().map(row).collect();
    Section::facts("Where the answers differ from the accepted ones", ["step", "field", "accepted", "live"], rows)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::run::samples::{eventful, result, run};
    use crate::{Conclusion, Section as OfMarkdown};

    /// A run in which every kind of section has something to show.
    fn telling() -> Run {
        let mut run = eventful();
        let failed = &mut run.results[1];
        failed.unmet = vec![Unmet {
            step: "action[0]".into(),
            words: "It says FAILED".into(),
            field: "answer.status".into(),
            expected: r#""FAILED""#.into(),
            got: r#""PENDING""#.into(),
            line: Some(22),
        }];
        failed.held = vec!["It answers in time".into()];
        failed.log = vec![json!({"level": "INFO", "fields": {"message": "checked", "status": "PENDING"}}).to_string()];
        failed.timeline = Some(json!({"now": 3.0, "loads": []}));
        let conclusion = Conclusion { word: "failed", meaning: "an expectation does not hold", exit_code: 6 };
        let sections = vec![OfMarkdown { heading: "Cost".into(), body: "4 loads\n".into() }];
        Run {
            sections,
            conclusion: Some(conclusion),
            errors: vec!["it died".into()],
            remarks: vec!["1 of 2 passed".into()],
            ..run
        }
    }

    #[test]
    fn the_data_of_a_page() {
        let mut settings = insta::Settings::new();
        let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test");
        settings.set_snapshot_path(std::path::Path::new(&package).join("src/page"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_json_snapshot!("eventful", telling().page()));
    }

    #[test]
    fn links_are_numbers_or_names_and_never_the_same_twice() {
        let results =
            [("a::x", Some("check 6")), ("failures::F22_y", Some("F22")), ("beyond::z_1", None), ("b::x", Some("check 6"))];
        let results = results.map(|(name, number)| result(name, number, Verdict::Passed, "")).to_vec();
        let items = run(results).page().items;
        assert_eq!(
            items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(),
            ["check-6", "f22", "beyond-z-1", "check-6-2"]
        );
    }

    #[test]
    fn no_text_of_a_run_becomes_markup() {
        let mut run = telling();
        let hostile = "</script><script>alert(1)</script><!--";
        run.title = hostile.into();
        for result in &mut run.results {
            result.name = format!("beyond::{hostile}");
            result.log = vec![hostile.into()];
            result.failure = Some(hostile.into());
            result.timeline = Some(json!({"name": hostile}));
        }
        let html = run.html();
        assert_eq!(
            (html.matches("</script>").count(), html.matches("<!--").count()),
            (2, 0),
            "the data and the program end once each"
        );
        assert!(!html.contains("<script>alert"));
    }

    #[test]
    fn a_test_that_had_to_run_and_did_not_is_shown_as_wrong() {
        let left_out = |required| TestResult { required, ..result("a", None, Verdict::NotRun, "no docker") };
        let items = run(vec![left_out(true), left_out(false)]).page().items;
        assert_eq!((items[0].style, items[1].style), (Style::Bad, Style::Open));
        assert_eq!(items[0].message.as_deref(), Some("no docker"));
    }
}
