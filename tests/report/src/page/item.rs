//! An item of a page, and the sections that help to understand it.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::Value;

/// How many rows a [table with a limit](Section::first_and_last) has from its beginning, and as many from its end.
pub const END_ROWS: usize = 50;
const SHOWN_ROWS: usize = 2 * END_ROWS;

/// How something is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// As something that is well.
    Good,
    /// As something that is wrong.
    Bad,
    /// As neither.
    #[default]
    Open,
}

impl Style {
    /// Bad things come first, then open ones.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Bad => 0,
            Self::Open => 1,
            Self::Good => 2,
        }
    }
}

/// A test, a case or a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Item {
    /// What a link names: `check-6`. No other item of the page has it.
    pub id: String,
    /// The number that people use: `check 6`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its name.
    pub name: String,
    /// What it belongs to. Items of a group stand together.
    pub group: String,
    /// The verdict in a word: `passed`.
    pub verdict: String,
    /// How the verdict is shown.
    pub style: Style,
    /// What it is about, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How long it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Where it is: `scenarios/beyond/x.yaml:12`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Why it has this verdict, in a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What to do about it, in a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// What helps to understand it.
    pub sections: Vec<Section>,
    /// How many sections there was no room for.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A part of what helps to understand an item.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Section {
    /// What happened when.
    Timeline {
        /// Its heading.
        title: String,
        /// What the renderer of timelines takes.
        snapshot: Value,
    },
    /// A table.
    Facts {
        /// Its heading.
        title: String,
        /// The headings of its columns.
        columns: Vec<String>,
        /// Its rows, each with as many cells.
        rows: Vec<Vec<String>>,
    },
    /// A text in which lines and blanks stay as they are.
    Text {
        /// Its heading.
        title: String,
        /// The text.
        text: String,
    },
    /// A line of a file, with a caret below the place that is meant.
    Source {
        /// The place and what is said of it.
        title: String,
        /// What else is known of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// The lines.
        text: String,
        /// What to do.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
    },
}

impl Section {
    /// A table; `None` if it would have no row.
    pub fn facts<const N: usize>(title: &str, columns: [&str; N], rows: Vec<[String; N]>) -> Option<Self> {
        let columns = columns.map(str::to_owned).to_vec();
        let rows: Vec<Vec<String>> = rows.into_iter().map(Vec::from).collect();
        (!rows.is_empty()).then(|| Self::Facts { title: title.to_owned(), columns, rows })
    }

    /// A table of at most 100 rows: of more, the [`END_ROWS`] first and the [`END_ROWS`] last, which the heading then says. `count` is how many
    /// there were, if `all` has not all of them. `None` if there is no row.
    pub fn first_and_last<T, const N: usize>(
        title: &str,
        columns: [&str; N],
        all: &[T],
        count: usize,
        row: impl Fn(&T) -> [String; N],
    ) -> Option<Self> {
        let title = match count {
            0..=SHOWN_ROWS => title.to_owned(),
            _ => format!("{title} (the first {END_ROWS} and the last {END_ROWS} of {count})"),
        };
        Self::facts(&title, columns, ends(all, END_ROWS).map(row).collect())
    }

    /// A text; `None` if it is empty.
    pub fn text(title: &str, text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (!text.trim().is_empty()).then(|| Self::Text { title: title.to_owned(), text })
    }
}

/// The first and the last of many, so many from either end.
pub fn ends<T>(all: &[T], most: usize) -> impl Iterator<Item = &T> {
    let first = all.len().min(most);
    let last = all.len().saturating_sub(most).max(first);
    all[..first].iter().chain(&all[last..])
}

/// The part of a link that names an item of this name: small letters and digits, with hyphens between.
pub fn link(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// Gives each item a link that no other one has. Of several with one link, the later ones get a number.
pub fn with_own_links(items: &mut [Item]) {
    let mut taken = HashSet::new();
    for item in items {
        let wanted = if item.id.is_empty() { "item".to_owned() } else { item.id.clone() };
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        item.id = std::iter::once(wanted.clone()).chain(numbered).find(|id| !taken.contains(id)).unwrap_or_default();
        taken.insert(item.id.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_the_first_and_the_last_are_shown() {
        let all: Vec<usize> = (0..10).collect();
        assert_eq!(ends(&all, 3).collect::<Vec<_>>(), [&0, &1, &2, &7, &8, &9]);
        assert_eq!(ends(&all, 7).count(), 10);
        assert_eq!(ends(&all, 20).count(), 10);
    }

    #[test]
    fn a_long_table_says_what_it_leaves_out() {
        let all: Vec<usize> = (0..=SHOWN_ROWS).collect();
        let table = |all: &[usize]| Section::first_and_last("Rows", ["number"], all, all.len(), |number| [number.to_string()]);
        let Some(Section::Facts { title, rows, .. }) = table(&all) else { panic!("a table") };
        assert_eq!((title.as_str(), rows.len()), ("Rows (the first 50 and the last 50 of 101)", SHOWN_ROWS));
        let Some(Section::Facts { title, rows, .. }) = table(&all[1..]) else { panic!("a table") };
        assert_eq!((title.as_str(), rows.len()), ("Rows", SHOWN_ROWS));
        assert_eq!(table(&[]), None);
    }
}
