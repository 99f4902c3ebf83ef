//! All that a page shows, and the document that shows it.

use serde::Serialize;

use super::item::{Item, Section, Style};

/// A page with items. [`html`](Self::html) writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Page {
    /// What was done, such as a command: `cargo xtask it --target sim`.
    pub title: String,
    /// When, for how long, of which version.
    pub subtitle: String,
    /// How many items have which verdict. The words are those of the items.
    pub totals: Vec<Total>,
    /// What is to be said before the items, a sentence or more each.
    pub remarks: Vec<Remark>,
    /// The items, in order. The page shows the bad ones first.
    pub items: Vec<Item>,
    /// What is to be said behind the items.
    pub sections: Vec<Section>,
}

/// How many items have a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Total {
    /// The verdict: `passed`.
    pub word: String,
    /// How many.
    pub count: usize,
    /// How it is shown.
    pub style: Style,
}

/// A sentence about all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The sentence.
    pub text: String,
    /// How it is shown.
    pub style: Style,
}

impl Page {
    /// The page as one HTML document of at most 1 MiB, which needs no server and loads nothing. It says what was left out so that it is no
    /// larger: see [`DATA_BYTES`](super::DATA_BYTES).
    pub fn html(&self) -> String {
        let data = serde_json::to_value(self.clone().fitted()).expect("its keys are texts");
        neptune_page::report(&data)
    }

    /// Counts the verdicts of the items, each word in the order in which it first comes, the bad ones first.
    #[must_use]
    pub fn counted(self) -> Self {
        let mut totals: Vec<Total> = Vec::new();
        for Item { verdict, style, .. } in &self.items {
            match totals.iter_mut().find(|total| total.word == *verdict && total.style == *style) {
                Some(total) => total.count += 1,
                None => totals.push(Total { word: verdict.clone(), count: 1, style: *style }),
            }
        }
        totals.sort_by_key(|total| total.style.rank());
        Self { totals, ..self }
    }
}
