//! How much of everything a page holds. What is left out is counted where it is missing.
//!
//! A page is sent to people and kept by CI servers, so it must not grow with what a run has written. Whatever is wrong goes in first.

use super::document::{Page, Remark};
use super::item::{Item, Section, Style};
use neptune_text::count;

/// How many bytes the data of a page takes at most, as it stands in the document. With the program around it, a page is smaller than 1 MiB.
pub const DATA_BYTES: usize = 860 * 1024;
/// How many bytes of a text are shown from its beginning, and as many from its end.
const TEXT_BYTES: usize = 12 * 1024;
/// How many bytes of a cell, a message or another line are shown.
const LINE_BYTES: usize = 2 * 1024;
/// How many rows of a table are shown.
const ROWS: usize = 200;
/// How many sentences are shown before the items.
const REMARKS: usize = 20;
/// What `left_out` of an item takes.
const LEFT_OUT: usize = r#""left_out":100000,"#.len();
/// What is kept free for the sentences that say what was left out.
const RESERVE: usize = 8 * 1024;

impl Page {
    /// The page with as much as it may hold.
    pub(super) fn fitted(mut self) -> Self {
        let mut room = Room(DATA_BYTES - RESERVE);
        cut_line(&mut self.title);
        cut_line(&mut self.subtitle);
        self.remarks.truncate(REMARKS);
        self.remarks.iter_mut().for_each(|remark| cut_line(&mut remark.text));
        room.take(size(&(&self.title, &self.subtitle, &self.totals, &self.remarks)));
        let whole = self.items.len();
        fit_items(&mut self.items, &mut room);
        let lacking = self.items.iter().filter(|item| item.left_out > 0).count();
        let items = whole - self.items.len();
        let whole = self.sections.len();
        let sections = std::mem::take(&mut self.sections).into_iter().map(cut);
        self.sections = sections.filter(|section| room.takes(size(section))).collect();
        let missing = [
            ("left out", items, "item"),
            ("shortened", lacking, "item"),
            ("left out at the end", whole - self.sections.len(), "text"),
        ];
        let missing: Vec<String> = missing
            .into_iter()
            .filter(|(_, number, _)| *number > 0)
            .map(|(how, number, noun)| format!("{how}: {}", count(number as u64, noun)))
            .collect();
        if !missing.is_empty() {
            let missing = missing.join("; ");
            let text = format!("This page is at most 1 MiB large ({missing}). The reports in other formats have all of it.");
            self.remarks.push(Remark { text, style: Style::Open });
        }
        self
    }
}

/// Keeps the items and sections that there is room for, the bad ones first. An item says how many of its sections are missing.
fn fit_items(items: &mut Vec<Item>, room: &mut Room) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|index| items[*index].style.rank());
    let mut sections: Vec<Vec<Section>> = items.iter_mut().map(|item| std::mem::take(&mut item.sections)).collect();
    let mut kept = vec![false; items.len()];
    // First the lines of all items, then what is below each.
    for index in &order {
        let item = &mut items[*index];
        item.cut_lines();
        kept[*index] = room.takes(size(item) + LEFT_OUT);
    }
    for index in order.into_iter().filter(|index| kept[*index]) {
        let item = &mut items[index];
        for section in std::mem::take(&mut sections[index]).into_iter().map(cut) {
            if room.takes(size(&section)) {
                item.sections.push(section);
            } else {
                item.left_out += 1;
            }
        }
    }
    let mut kept = kept.into_iter();
    items.retain(|_| kept.next().unwrap_or_default());
}

/// How many bytes are left.
struct Room(usize);

impl Room {
    fn take(&mut self, bytes: usize) {
        self.0 = self.0.saturating_sub(bytes);
    }

    /// Takes these bytes if they are left.
    fn takes(&mut self, bytes: usize) -> bool {
        let fits = bytes <= self.0;
        if fits {
            self.0 -= bytes;
        }
        fits
    }
}

impl Item {
    fn cut_lines(&mut self) {
        let Self { id, number, name, group, verdict, about, place, message, change, .. } = self;
        let lines = [number, about, place, message, change].into_iter().flatten();
        lines.chain([id, name, group, verdict]).for_each(cut_line);
    }
}

/// How many bytes a value takes in the document, with the comma behind it: there, `<` is written as an escape.
fn size(value: &impl serde::Serialize) -> usize {
    const ESCAPE: usize = r"\u003c".len() - 1;
    let text = serde_json::to_string(value).unwrap_or_default();
    text.len() + 1 + ESCAPE * text.matches('<').count()
}

/// A section whose texts and tables are not too long.
fn cut(section: Section) -> Section {
    match section {
        Section::Timeline { .. } => section,
        Section::Text { title, text } => Section::Text { title, text: without_middle(text) },
        Section::Source { mut title, mut note, text, mut hint } => {
            [&mut note, &mut hint].into_iter().flatten().chain([&mut title]).for_each(cut_line);
            Section::Source { title, note, text: without_middle(text), hint }
        }
        Section::Facts { mut title, columns, mut rows } => {
            if rows.len() > ROWS {
                title = format!("{title} (the first {ROWS} of {})", rows.len());
                rows.truncate(ROWS);
            }
            rows.iter_mut().flatten().for_each(cut_line);
            Section::Facts { title, columns, rows }
        }
    }
}

fn cut_line(text: &mut String) {
    *text = neptune_text::cut(text, LINE_BYTES);
}

/// The beginning and the end of a long text, cut between lines where there are any.
fn without_middle(text: String) -> String {
    if text.len() <= 2 * TEXT_BYTES {
        return text;
    }
    let first = &text[..text.floor_char_boundary(TEXT_BYTES)];
    let last = &text[text.ceil_char_boundary(text.len() - TEXT_BYTES)..];
    let first = first.rsplit_once('\n').map_or(first, |(lines, _)| lines);
    let last = last.split_once('\n').map_or(last, |(_, lines)| lines);
    format!("{first}\n… {} bytes are left out here …\n{last}", text.len() - first.len() - last.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(number: usize, style: Style, text: &str) -> Item {
        Item {
            id: format!("item-{number}"),
            name: format!("item {number}"),
            style,
            sections: vec![Section::Text { title: "Log".into(), text: text.into() }],
            ..Item::default()
        }
    }

    fn fitted(items: Vec<Item>) -> Page {
        Page { items, ..Page::default() }.fitted()
    }

    #[test]
    fn what_is_short_stays_as_it_is() {
        let page = Page {
            remarks: vec![Remark { text: "all is well".into(), style: Style::Good }],
            items: vec![item(1, Style::Good, "a\nb\n")],
            ..Page::default()
        };
        assert_eq!(page.clone().fitted(), page);
    }

    #[test]
    fn a_long_text_keeps_its_beginning_and_its_end() {
        let text: String = (0..10_000).flat_map(|number| [number.to_string(), "\n".to_owned()]).collect();
        let shown = without_middle(text.clone());
        assert!(
            shown.starts_with("0\n1\n") && shown.ends_with("\n9999\n") && shown.len() < 2 * TEXT_BYTES + 100,
            "{}",
            shown.len()
        );
        let said = shown.lines().find(|line| line.contains("left out")).unwrap();
        assert!(said.starts_with("… ") && said.ends_with(" bytes are left out here …"), "{said}");
        let one_line = without_middle("ä".repeat(100_000));
        assert!(one_line.len() < 2 * TEXT_BYTES + 100 && one_line.starts_with('ä') && one_line.ends_with('ä'));
    }

    #[test]
    fn a_long_table_says_how_many_rows_it_has() {
        let rows = vec![["x".repeat(10_000)]; 5000];
        let Section::Facts { title, rows, .. } = cut(Section::facts("Requests", ["target"], rows).unwrap()) else { panic!() };
        assert_eq!(
            (title.as_str(), rows.len(), rows[0][0].len()),
            ("Requests (the first 200 of 5000)", ROWS, LINE_BYTES + '…'.len_utf8())
        );
    }

    #[test]
    fn what_is_wrong_goes_in_first() {
        let text = "x".repeat(20_000);
        let mut items: Vec<Item> = (0..100).map(|number| item(number, Style::Good, &text)).collect();
        items.extend((100..110).map(|number| item(number, Style::Bad, &text)));
        let page = fitted(items);
        assert_eq!(page.items.len(), 110, "each has its line");
        assert!(page.items[100..].iter().all(|item| item.sections.len() == 1));
        let lacking = page.items.iter().filter(|item| item.left_out == 1 && item.sections.is_empty()).count();
        assert!(lacking > 50, "{lacking}");
        let said = format!(
            "This page is at most 1 MiB large (shortened: {lacking} items). The reports in other formats have all of it."
        );
        assert_eq!(page.remarks, [Remark { text: said, style: Style::Open }]);
    }

    #[test]
    fn a_page_is_never_larger_than_a_mebibyte() {
        // Each character takes six bytes in the document.
        let hostile = "<".repeat(3000);
        let many: Vec<Item> =
            (0..20_000).map(|number| Item { message: Some(hostile.clone()), ..item(number, Style::Bad, &hostile) }).collect();
        let timeline = Section::Timeline { title: "t".into(), snapshot: json!({"loads": vec![hostile.clone(); 400]}) };
        let large = Item { sections: vec![timeline], ..item(20_000, Style::Bad, "") };
        let page = Page {
            title: hostile.clone(),
            subtitle: hostile.clone(),
            remarks: vec![Remark { text: hostile.clone(), style: Style::Bad }; 50],
            items: many.into_iter().chain([large]).collect(),
            sections: vec![Section::Text { title: "t".into(), text: hostile.repeat(30) }; 3],
            ..Page::default()
        };
        let html = page.counted().html();
        assert!(html.len() <= 1024 * 1024, "{} bytes", html.len());
        let said = ["is at most 1 MiB large (left out: ", " items; shortened: ", " items; left out at the end: 3 texts)."];
        assert!(said.iter().all(|part| html.contains(part)), "it says so");
    }
}
