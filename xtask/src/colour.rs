//! The colours of reports. They are always written; `anstream` takes them out where nobody can see them.

use anstyle::{AnsiColor, Style};

/// For what is well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// For what is not.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// For lines that are gone.
pub(crate) const GONE: Style = AnsiColor::Red.on_default();
/// For what was left out.
pub(crate) const OPEN: Style = AnsiColor::Yellow.on_default();
/// For places.
pub(crate) const PLACE: Style = AnsiColor::Cyan.on_default();

/// A text in a style.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// What is left where nobody can see colours.
#[cfg(test)]
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}
