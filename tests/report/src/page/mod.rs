//! The data of `report.html`: a page that shows items, such as tests, with what helps to understand each.
//!
//! | module | content |
//! |---|---|
//! | `item` | [`Item`] and its [`Section`]s |
//! | `document` | [`Page`]: all of it, as one HTML document |
//! | `of_run` | the page of a [`Run`](crate::Run) |
//! | `fit` | how much of everything a page holds, and what it says of the rest |
//!
//! A page shows a timeline as it gets it. What stands in one only the renderer of the page knows.

mod document;
mod fit;
mod item;
mod of_run;

pub use document::{Page, Remark, Total};
pub use fit::DATA_BYTES;
pub use item::{END_ROWS, Item, Section, Style, ends, link, with_own_links};
