//! The text of a draft: its comments and its lists.

use neptune_server::scenario::yaml_text;
use serde_json::{Map, Value};

use super::remarks::Remarks;

/// How many remarks a scenario has at most.
const REMARKS: usize = 40;
/// How wide the lines of comments are.
const COMMENT_COLUMNS: usize = 120;

/// Adds a list under this key, unless it is empty.
pub(super) fn insert_list(given: &mut Map<String, Value>, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        given.insert(key.to_owned(), list.into());
    }
}

/// The text of a scenario: where it comes from, what is not in it, and then itself.
pub(super) fn written(source: &str, remarks: &Remarks, scenario: &Value) -> String {
    let mut text = comment("", &format!("Made by `neptune-sim scenario` {source}. Read it, and change what you like."));
    if !remarks.list.is_empty() {
        text += "#\n# Not taken over:\n";
        for remark in remarks.list.iter().take(REMARKS) {
            text += &comment("- ", remark);
        }
        if remarks.list.len() > REMARKS {
            text += &comment("- ", &format!("and {} more of the kind", remarks.list.len() - REMARKS));
        }
    }
    text + &yaml_text(scenario)
}

/// A comment in lines that can be read.
fn comment(bullet: &str, text: &str) -> String {
    let (mut lines, mut line) = (String::new(), format!("# {bullet}"));
    // A line break in a recording cannot end the comment.
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() > COMMENT_COLUMNS && !line.ends_with("# ") {
            lines += line.trim_end();
            lines.push('\n');
            line = format!("# {}", " ".repeat(bullet.len()));
        }
        line += word;
        line.push(' ');
    }
    lines + line.trim_end() + "\n"
}
