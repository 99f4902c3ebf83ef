//! The files of `web/`, and which of them make up which document.

/// A file of `web/`.
pub(crate) struct File {
    /// Its name, as the others import it.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests say which file is wrong"))]
    pub(crate) name: &'static str,
    /// What stands in it.
    pub(crate) text: &'static str,
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(File { name: $name, text: include_str!(concat!("../web/", $name)) }),+]
    };
}

pub(crate) const LIVE_HTML: &str = include_str!("../web/live.html");
pub(crate) const LIVE_STYLES: &[File] = files!["base.css", "timeline.css", "live.css"];
pub(crate) const REPORT_HTML: &str = include_str!("../web/report.html");
pub(crate) const REPORT_STYLES: &[File] = files!["base.css", "timeline.css", "report.css"];

/// What both documents have. A script stands behind those that it imports.
pub(crate) const SHARED_SCRIPTS: &[File] = files![
    "dom.js",
    "words.js",
    "scale.js",
    "search.js",
    "store.js",
    "lanes.js",
    "marks.js",
    "lane.js",
    "legend.js",
    "paint.js",
    "steer.js",
    "tools.js",
    "timeline.js",
];
pub(crate) const LIVE_SCRIPTS: &[File] = files![
    "api.js",
    "form.js",
    "clock.js",
    "cluster.js",
    "copy.js",
    "events.js",
    "findings.js",
    "start.js",
    "load.js",
    "request.js",
    "requests.js",
    "queue.js",
    "faults.js",
    "live.js",
];
pub(crate) const REPORT_SCRIPTS: &[File] = files!["select.js", "section.js", "item.js", "report.js"];

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rstest::rstest;

    use super::*;

    /// The names that a script declares at its top level.
    fn declared(text: &str) -> Vec<&str> {
        text.lines().filter_map(name_of).collect()
    }

    /// The name that a line at the top level declares.
    fn name_of(line: &str) -> Option<&str> {
        let line = line.strip_prefix("export ").unwrap_or(line);
        let line = line.strip_prefix("async ").unwrap_or(line);
        let rest = ["function ", "class ", "const ", "let "].iter().find_map(|word| line.strip_prefix(word))?;
        rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
    }

    #[rstest]
    #[case::live(LIVE_SCRIPTS)]
    #[case::report(REPORT_SCRIPTS)]
    fn no_two_scripts_of_a_document_use_the_same_name(#[case] own: &[File]) {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for file in SHARED_SCRIPTS.iter().chain(own) {
            for name in declared(file.text) {
                let other = seen.insert(name, file.name);
                assert_eq!(other, None, "{} declares {name}, too", file.name);
            }
        }
        assert!(seen.len() > 50, "only {} names", seen.len());
    }

    #[rstest]
    #[case::live(LIVE_SCRIPTS)]
    #[case::report(REPORT_SCRIPTS)]
    fn a_script_imports_what_scripts_before_it_export(#[case] own: &[File]) {
        let mut exported: HashMap<&str, Vec<&str>> = HashMap::new();
        for file in SHARED_SCRIPTS.iter().chain(own) {
            for line in file.text.lines().filter_map(|line| line.strip_prefix("import { ")) {
                let (names, from) = line.split_once(" } from \"./").expect("an import stands on one line");
                let from = exported.get(from.trim_end_matches("\";"));
                for name in names.split(", ") {
                    let is_there = from.is_some_and(|exports| exports.contains(&name));
                    assert!(is_there, "{}: `{name}` is not exported there, or stands behind", file.name);
                }
            }
            let exports = file.text.lines().filter(|line| line.starts_with("export "));
            exported.insert(file.name, exports.filter_map(name_of).collect());
        }
    }

    /// Whether a script calls a function by this name.
    fn calls(text: &str, name: &str) -> bool {
        let call = format!("{name}(");
        let mut before = text.match_indices(&call).map(|(at, _)| text[..at].chars().next_back());
        before.any(|c| c.is_none_or(|c| !c.is_alphanumeric() && !['_', '.', '"', '`'].contains(&c)))
    }

    /// A document would work without the import, and the test of a single script would not.
    #[rstest]
    #[case::live(LIVE_SCRIPTS)]
    #[case::report(REPORT_SCRIPTS)]
    fn a_script_imports_whatever_it_calls(#[case] own: &[File]) {
        let all: Vec<_> = SHARED_SCRIPTS.iter().chain(own).collect();
        let exported = |file: &&File| file.text.lines().filter(|line| line.starts_with("export ")).filter_map(name_of);
        for file in &all {
            let imports: String = file.text.lines().filter(|line| line.starts_with("import ")).collect();
            for name in all.iter().filter(|other| other.name != file.name).flat_map(exported) {
                let is_known = imports.contains(&format!(" {name},")) || imports.contains(&format!(" {name} "));
                assert!(is_known || !calls(file.text, name), "{} calls `{name}` and does not import it", file.name);
            }
        }
    }

    /// What would stand in a document otherwise than as it was written, or be refused by its policy.
    #[rstest]
    #[case::live(LIVE_SCRIPTS)]
    #[case::report(REPORT_SCRIPTS)]
    fn no_script_reads_a_text_as_markup_or_code(#[case] own: &[File]) {
        const FORBIDDEN: [&str; 9] = [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "http://",
            "https://",
            "</script",
        ];
        for file in SHARED_SCRIPTS.iter().chain(own) {
            let found = FORBIDDEN.iter().find(|word| file.text.contains(**word));
            assert_eq!(found, None, "{}", file.name);
            let code = crate::joined::scripts(std::iter::once(file.text));
            let open = code.lines().find(|line| line.matches('`').count() % 2 == 1);
            assert_eq!(open, None, "{}: a text over several lines would lose its indents", file.name);
        }
    }

    #[test]
    fn no_style_asks_for_anything_from_elsewhere() {
        for file in LIVE_STYLES.iter().chain(REPORT_STYLES) {
            let found = ["url(", "@import", "://"].into_iter().find(|word| file.text.contains(word));
            assert_eq!(found, None, "{}", file.name);
        }
    }
}
