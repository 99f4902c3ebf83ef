//! The report as SARIF 2.1.0, which code scanning of GitHub and editors take.

use std::path::{Component, Path, PathBuf};

use neptune_data::{Finding, What};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Report, Shown};
use crate::rules::{Rule, rule_of};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What the path of a URI cannot have as it is (RFC 3986, section 3.3), and the colon, which a relative one can only have behind a slash.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

impl Report {
    /// The report as SARIF. Files below `root` are named from there, as code scanning wants them.
    pub fn sarif(&self, root: &Path) -> String {
        let (mut rules, mut results) = (Vec::new(), Vec::new());
        for file in &self.files {
            let place = location(&file.name, root);
            results.extend(file.findings.iter().map(|shown| result(shown, &place, &mut rules)));
        }
        let rules: Vec<Value> = rules.into_iter().map(|(rule, level)| as_json(rule, level)).collect();
        let driver = json!({"name": "neptune-sim check-data", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
        let report = json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": driver},
                "invocations": [self.invocation()],
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        });
        format!("{report:#}\n")
    }

    /// Says if findings were left out, and which files cannot be read.
    fn invocation(&self) -> Value {
        let note = |level: &str, text: String| json!({"level": level, "message": {"text": text}});
        let unreadable = self.files.iter().filter_map(|file| {
            let why = file.unreadable.as_ref()?;
            Some(note("error", format!("{} cannot be read: {why}", file.name)))
        });
        let notes: Vec<Value> = unreadable.chain(self.left_out().map(|text| note("note", text))).collect();
        json!({"executionSuccessful": !self.has_unreadable(), "toolExecutionNotifications": notes})
    }
}

fn as_json(Rule { id, about, help }: Rule, level: &str) -> Value {
    json!({
        "id": id,
        "shortDescription": {"text": about},
        "help": {"text": help, "markdown": help},
        "defaultConfiguration": {"level": level},
    })
}

fn result(Shown { finding, hint }: &Shown, place: &Value, rules: &mut Vec<(Rule, &'static str)>) -> Value {
    let Finding { what, times, record, line, column, id, excerpt } = finding;
    let level = if matches!(what, What::Error(_)) { "error" } else { "warning" };
    let (rule, text, code) = (rule_of(what), finding.message(), finding.code());
    let index = rules.iter().position(|(known, _)| *known == rule).unwrap_or_else(|| {
        rules.push((rule, level));
        rules.len() - 1
    });
    let hint = hint.as_ref().map(|hint| format!("\nHint: {hint}")).unwrap_or_default();
    let from_there: String = excerpt.text.chars().skip(excerpt.at).collect();
    json!({
        "ruleId": rule.id,
        "ruleIndex": index,
        "level": level,
        "message": {"text": text + &hint},
        "occurrenceCount": times,
        "locations": [{"physicalLocation": {
            "artifactLocation": place,
            "region": {"startLine": line, "startColumn": column, "snippet": {"text": from_there}},
            "contextRegion": {"startLine": line, "snippet": {"text": excerpt.text}},
        }}],
        "properties": {"record": record, "id": id, "code": code},
    })
}

/// A path as a URI: from the root if it is below it, and otherwise whole.
fn location(name: &str, root: &Path) -> Value {
    let path = plain(&root.join(name));
    match path.strip_prefix(plain(root)) {
        Ok(below) => json!({"uri": encoded(below), "uriBaseId": "%SRCROOT%"}),
        Err(_) => json!({"uri": format!("file://{}", encoded(&path))}),
    }
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// A path as that of a URI.
fn encoded(path: &Path) -> String {
    utf8_percent_encode(&path.to_string_lossy(), ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("data/a b.csv", "data/a%20b.csv", true)]
    #[case("./é%#.csv", "%C3%A9%25%23.csv", true)]
    #[case("a:b/-._~!$&'()*+,;=@", "a%3Ab/-._~!$&'()*+,;=@", true)]
    #[case("/work/data/a.csv", "data/a.csv", true)]
    #[case("x/../../work/a.csv", "a.csv", true)]
    #[case("../a.csv", "file:///a.csv", false)]
    #[case("/other/a.csv", "file:///other/a.csv", false)]
    fn files_are_named_from_the_root(#[case] name: &str, #[case] uri: &str, #[case] is_below: bool) {
        let place = location(name, Path::new("/work"));
        assert_eq!((place["uri"].as_str(), place.get("uriBaseId").is_some()), (Some(uri), is_below));
    }
}
