//! Parts of `RDF.md` that tests make.

use std::fs;
use std::path::PathBuf;

/// Fails if the part of the page under this name is not this text. With `NEPTUNE_WRITE_PAGE` set, it is written.
pub(crate) fn check(name: &str, made_by: &str, text: &str) {
    let package = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test"));
    let path = package.join("RDF.md");
    let page = fs::read_to_string(&path).expect("it is in the package");
    let begin = format!("<!-- {name}: made by tests/{made_by} -->\n");
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("RDF.md has no part `{name}`"));
    let (part, after) = rest.split_once("<!-- end -->").expect("the part has an end");
    if std::env::var_os("NEPTUNE_WRITE_PAGE").is_some() {
        fs::write(&path, format!("{before}{begin}{text}<!-- end -->{after}")).expect("the page can be written");
    } else {
        assert_eq!(part, text, "RDF.md is old: run this test with NEPTUNE_WRITE_PAGE=1");
    }
}

/// A text in a cell of a table, as code.
pub(crate) fn code(text: &str) -> String {
    let text = text.trim_end().replace('\n', " ⏎ ").replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
