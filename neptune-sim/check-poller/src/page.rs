//! The report for a browser: what the poller was told and did in each case, what is right and why, and what to change.

use neptune_report::Run;
use neptune_report::page::{Item, Page, Remark, Section, Style, link, with_own_links};
use neptune_report::terminal::plain;

use crate::judge::{Judgement, Verdict};
use crate::report::{Judged, Report, TITLE, answer, last_lines, output_names};
use crate::watch::Exchange;

/// How many requests a table has from the beginning of a case, and as many from its end.
const ROWS: usize = 50;

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
    let [stdout, stderr] = [(first, &seen.stdout), (second, &seen.stderr)].map(|(name, text)| last_lines(name, text));
    let ends =
        [["what is right", &case.expected(), &format!("{} ({})", case.why, case.source)], ["what it did", observed, why]];
    let timeline =
        Section::Timeline { title: "What the poller asked and was told".to_owned(), snapshot: seen.timeline.clone() };
    let sections = [
        Section::facts("Expected and observed", ["", "in the end", "why"], ends.map(|row| row.map(str::to_owned)).to_vec()),
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

/// The requests as a table. Of many, those in the middle are left out.
fn requests(judged: &Judged) -> Option<Section> {
    let notes = &judged.seen.notes;
    let all = usize::try_from(notes.requests).unwrap_or(usize::MAX);
    let hidden = all.saturating_sub(2 * ROWS);
    let exchanges = &notes.exchanges;
    let rows: Vec<_> = match hidden {
        0 => exchanges.iter().map(row).collect(),
        _ => exchanges[..ROWS].iter().chain(&exchanges[exchanges.len() - ROWS..]).map(row).collect(),
    };
    let title = match hidden {
        0 => "Its requests".to_owned(),
        _ => format!("Its requests (the first {ROWS} and the last {ROWS} of {all})"),
    };
    Section::facts(&title, ["at", "request", "answer", "pause before"], rows)
}

fn row(exchange: &Exchange) -> [String; 4] {
    let (request, answer) = answer(exchange);
    let pause = exchange.pause.map(|pause| format!("{:.2} s", pause.as_secs_f64())).unwrap_or_default();
    [format!("{:.2} s", exchange.at.as_secs_f64()), request, answer, pause]
}
