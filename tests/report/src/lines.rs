//! Results as JSON lines: how a harness passes them to the program that started it.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use crate::TestResult;

impl TestResult {
    /// Appends the result to a file as one line of JSON, in one write: tests run at the same time. The file is created if it is absent.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn append_to(&self, file: &Path) -> std::io::Result<()> {
        let line = serde_json::to_string(self)?;
        OpenOptions::new().create(true).append(true).open(file)?.write_all(format!("{line}\n").as_bytes())
    }
}

/// Reads the lines that [`TestResult::append_to`] wrote. The second list says which lines cannot be read: a harness that dies may leave half
/// a line.
pub fn read_lines(text: &str) -> (Vec<TestResult>, Vec<String>) {
    let mut results = Vec::new();
    let mut errors = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(result) => results.push(result),
            Err(error) => errors.push(format!("line {} of the harness's results is unusable: {error}", index + 1)),
        }
    }
    (results, errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    const LINE: &str = r#"{"name":"beyond::x","plan":null,"file":"scenarios/beyond/x.yaml","outcome":"not_run","reason":"no faults","millis":12.5,"failure":null}"#;

    #[test]
    fn a_line_is_a_result() {
        let (results, errors) = read_lines(&format!("{LINE}\n\n"));
        let [result] = results.as_slice() else { panic!("one result: {results:?}") };
        assert_eq!((result.folder(), result.short_name(), result.verdict), ("beyond", "x", Verdict::NotRun));
        assert_eq!(result.explanation(), "no faults");
        assert_eq!(errors, [""; 0]);
    }

    #[test]
    fn what_is_appended_is_read_again() {
        let file = std::env::temp_dir().join(format!("neptune-report-{}.ndjson", std::process::id()));
        let _ = std::fs::remove_file(&file);
        let results = ["a::b", "a::c"].map(|name| TestResult { seed: Some(7), ..TestResult::missing(name) });
        for result in &results {
            result.append_to(&file).unwrap();
        }
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(read_lines(&text), (results.to_vec(), vec![]));
    }

    #[test]
    fn half_a_line_is_an_error_and_hides_nothing() {
        let (results, errors) = read_lines(&format!("{LINE}\n{}", &LINE[..40]));
        assert_eq!(results.len(), 1);
        assert!(errors[0].starts_with("line 2 of the harness's results is unusable"), "{errors:?}");
    }

    #[test]
    fn an_unknown_verdict_is_an_error() {
        let (results, errors) = read_lines(&LINE.replace("not_run", "maybe"));
        assert!(results.is_empty());
        assert!(errors[0].contains("unknown variant `maybe`"), "{errors:?}");
    }
}
