//! The report for a browser: what the poller was told and did in each case, what is right and why, and what to change.

use neptune_report::Run;
use neptune_report::page::{Item, Page, Remark, Section, Style, link, with_own_links};
use neptune_report::terminal::plain;

use crate::judge::Judgement;
use crate::report::{Judged, Report, TITLE, answer, ends_of_output, output_names};
use crate::verdict::Verdict;
use crate::watch::Exchange;

impl Report {
    /// The report as one HTML document of at most 1 MiB.
    pub fn html(&self) -> String {
        self.page().html()
    }

    /// What that document shows.
    pub(crate) fn page(&self) -> Page {
        let mut items: Vec<Item> = self.judged.iter().map(item).collect();
        with_own_links(&mut items);
        let style = if self.is_right() { Style::Good } else { Style::Bad };
        let version = vec![("version", env!("CARGO_PKG_VERSION").into())];
        let about = Run { took: self.took, properties: version, ..Run::new(TITLE, self.started_at) }.page();
        let page = Page { remarks: vec![Remark { text: self.totals(), style }], items, ..about };
        page.counted()
    }
}

fn item(judged: &Judged) -> Item {
    let Judged { case, seen, judgement: Judgement { verdict, observed, why, change } } = judged;
    let is_right = *verdict == Verdict::Right;
    let [first, second] = output_names(seen.kind);
    let [stdout, stderr] = [(first, &seen.stdout), (second, &seen.stderr)].map(|(name, text)| ends_of_output(name, text));
    let ends = [["right", &case.expected(), &format!("{} ({})", case.why, case.source)], ["observed", observed, why]];
    let timeline =
        Section::Timeline { title: format!("What the {} asked and was told", seen.kind), snapshot: seen.timeline.clone() };
    let sections = [
        Section::facts(
            "Expected and observed",
            ["outcome", "in the end", "why"],
            ends.map(|row| row.map(str::to_owned)).to_vec(),
        ),
        Some(timeline),
        requests(judged),
        Section::text("What it wrote", plain(&(stdout + &stderr))),
    ];
    Item {
        id: link(&case.name),
        name: case.name.clone(),
        group: case.group.to_owned(),
        verdict: verdict.to_string(),
        style: if is_right { Style::Good } else { Style::Bad },
        about: Some(format!("{}: {}", case.status, case.about)),
        seconds: Some(seen.took.as_secs_f64()),
        message: (!is_right).then(|| format!("{observed}: {why}")),
        change: (!is_right).then(|| change.clone()),
        sections: sections.into_iter().flatten().collect(),
        ..Item::default()
    }
}

fn requests(judged: &Judged) -> Option<Section> {
    let notes = &judged.seen.notes;
    let count = usize::try_from(notes.requests).unwrap_or(usize::MAX);
    Section::first_and_last("Its requests", ["at", "request", "answer", "pause before"], &notes.exchanges, count, row)
}

fn row(exchange: &Exchange) -> [String; 4] {
    let (request, answer) = answer(exchange);
    let pause = exchange.pause.map(|pause| format!("{:.2} s", pause.as_secs_f64())).unwrap_or_default();
    [format!("{:.2} s", exchange.at.as_secs_f64()), request, answer, pause]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::case::Outcome;
    use crate::report::samples::{judged, report};

    fn title(section: &Section) -> &str {
        match section {
            Section::Timeline { title, .. }
            | Section::Facts { title, .. }
            | Section::Text { title, .. }
            | Section::Source { title, .. } => title,
        }
    }

    fn titles(item: &Item) -> Vec<&str> {
        item.sections.iter().map(title).collect()
    }

    #[test]
    fn a_case_says_what_is_right_what_was_seen_and_what_to_change() {
        let page = report("done\n").page();
        assert_eq!(page.remarks, [Remark { text: "1 right, 1 wrong in 1.20 s".into(), style: Style::Bad }]);
        let [right, wrong] = &page.items[..] else { panic!("two cases: {page:#?}") };
        assert_eq!((right.style, &right.message, &right.change), (Style::Good, &None, &None));
        let why =
            "success (exit 0): it said success: a deadlock has rolled the load back; loading again with less parallelism helps";
        assert_eq!((wrong.style, wrong.verdict.as_str(), wrong.message.as_deref()), (Style::Bad, "wrong", Some(why)));
        assert!(
            wrong.change.as_deref().is_some_and(|change| change.starts_with("treat every status as a failure")),
            "{wrong:#?}"
        );
        assert_eq!(
            titles(wrong),
            ["Expected and observed", "What the poller asked and was told", "Its requests", "What it wrote"]
        );
        let Section::Facts { rows, .. } = &wrong.sections[2] else { panic!("a table: {wrong:#?}") };
        assert_eq!(rows[1], ["0.25 s", "GET /loader/0a237328-afd5-4574-a0bc-c29ce5f54802", "200 LOAD_DATA_DEADLOCK", "0.24 s"]);
    }

    #[test]
    fn what_a_poller_writes_is_no_markup_and_has_no_secrets() {
        let html = report("</script><b>x\n{\"secretKey\": \"canary\"}\n").html();
        assert_eq!(html.matches("</script>").count(), 2, "the data and the program end once each");
        assert!(html.contains(r"\u003c/script>\u003cb>x") && !html.contains("canary"));
    }

    #[test]
    fn a_poller_that_asks_without_end_has_a_small_page_that_says_what_is_missing() {
        let words = ["LOAD_IN_PROGRESS"; 200];
        let mut endless = judged("completed", Outcome::Failure, &words, "");
        endless.seen.notes.requests = 5000;
        let request = json!({"number": 1, "at": 1.0, "method": "GET", "target": "x".repeat(512), "status": 200});
        endless.seen.timeline = json!({"requests": {"requests": vec![request; 200]}, "left_out": 4800});
        let report = Report { judged: vec![endless; 58], ..report("") };
        assert_eq!(titles(&report.page().items[0])[2], "Its requests (the first 50 and the last 50 of 5000)");
        let html = report.html();
        assert!(html.len() <= 1024 * 1024, "{} bytes", html.len());
        assert!(html.contains("This page is at most 1 MiB large (") && html.contains(r#""left_out":4800"#));
    }
}
