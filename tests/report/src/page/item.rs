//! An item of a page, and the sections that help to understand it.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::Value;

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

    /// A text; `None` if it is empty.
    pub fn text(title: &str, text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (!text.trim().is_empty()).then(|| Self::Text { title: title.to_owned(), text })
    }
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
