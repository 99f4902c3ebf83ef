//! The report for CI servers, `junit.xml`: one suite a folder, and one more for what went wrong with the run itself.
//!
//! A drift is a failure of the type `drifted`. What was not run or is inconclusive is skipped, with the reason. The name of this machine is left
//! out: reports are handed on.

use std::io::Write as _;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde_json::Value;

use crate::terminal::plain;
use crate::{Run, TestResult, Verdict};

/// The version of XML, and the coding.
const DECLARATION: (&str, Option<&str>) = ("1.0", Some("UTF-8"));
/// Of a suite: its cases by element.
const KINDS: [&str; 3] = ["failure", "error", "skipped"];

/// A writer into memory.
type Xml = Writer<Vec<u8>>;
/// An attribute, if it has a value.
type Attribute<'a> = (&'a str, Option<String>);

/// A test case as JUnit has it.
struct Case<'a> {
    name: &'a str,
    class: &'a str,
    seconds: f64,
    file: Option<&'a str>,
    line: Option<u64>,
    properties: Vec<(&'a str, String)>,
    /// `None`: it passed.
    problem: Option<Problem>,
}

/// Why a case did not pass.
struct Problem {
    /// The element: `failure`, `error` or `skipped`.
    element: &'static str,
    kind: &'static str,
    message: String,
    text: String,
}

impl Run {
    /// The run as JUnit XML. Characters that XML cannot hold, and colours, are left out.
    ///
    /// # Errors
    /// The XML cannot be written, which memory allows.
    pub fn junit(&self) -> std::io::Result<String> {
        let mut xml = Writer::new_with_indent(Vec::new(), b' ', 4);
        xml.write_event(Event::Decl(BytesDecl::new(DECLARATION.0, DECLARATION.1, None)))?;
        let suites = self.suites();
        let all: Vec<&Case> = suites.iter().flat_map(|(_, cases)| cases).collect();
        let mut attributes = vec![("name", Some(self.title.clone()))];
        attributes.extend(counts(&all));
        attributes.push(("timestamp", Some(self.timestamp())));
        attributes.push(("time", Some(seconds(self.took.as_secs_f64()))));
        element(&mut xml, "testsuites", &attributes, |xml| {
            suites.iter().try_for_each(|(name, cases)| self.write_suite(xml, name, cases))
        })?;
        xml.get_mut().write_all(b"\n")?;
        Ok(String::from_utf8_lossy(&xml.into_inner()).into_owned())
    }

    /// The results by folder, each folder once, and the errors of the run.
    fn suites(&self) -> Vec<(&str, Vec<Case<'_>>)> {
        let mut suites: Vec<(&str, Vec<Case>)> = Vec::new();
        for result in &self.results {
            match suites.iter_mut().find(|(name, _)| *name == result.folder()) {
                Some((_, cases)) => cases.push(case_of(result)),
                None => suites.push((result.folder(), vec![case_of(result)])),
            }
        }
        if !self.errors.is_empty() {
            suites.push(("run", self.errors.iter().map(|error| self.case_of_error(error)).collect()));
        }
        suites
    }

    /// Something that went wrong with the run itself.
    fn case_of_error(&self, error: &str) -> Case<'_> {
        let message = error.lines().next().unwrap_or_default().to_owned();
        let problem = Problem { element: "error", kind: "run", message, text: error.to_owned() };
        Case {
            name: &self.title,
            class: "run",
            seconds: 0.0,
            file: None,
            line: None,
            properties: Vec::new(),
            problem: Some(problem),
        }
    }

    fn write_suite(&self, xml: &mut Xml, name: &str, cases: &[Case]) -> std::io::Result<()> {
        // Tests run side by side, so this is more than the run took.
        let sum = cases.iter().map(|case| case.seconds).sum();
        let mut attributes = vec![("name", Some(name.to_owned()))];
        attributes.extend(counts(&cases.iter().collect::<Vec<_>>()));
        attributes.push(("timestamp", Some(self.timestamp())));
        attributes.push(("time", Some(seconds(sum))));
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let known = self.properties.iter().filter(|(_, value)| !value.is_null() && !value.is_object() && !value.is_array());
        let properties: Vec<_> = known.map(|(name, value)| (*name, text(value))).collect();
        element(xml, "testsuite", &attributes, |xml| {
            write_properties(xml, &properties)?;
            cases.iter().try_for_each(|case| write_case(xml, case))
        })
    }
}

fn case_of(result: &TestResult) -> Case<'_> {
    let properties = [
        ("number", result.number.clone()),
        ("about", result.about.clone()),
        ("form", result.form.clone()),
        ("seed", result.seed.map(|seed| seed.to_string())),
    ];
    Case {
        name: result.short_name(),
        class: result.folder(),
        // No time is negative or without end, whatever a harness wrote.
        seconds: if result.millis.is_finite() { result.millis.max(0.0) / 1000.0 } else { 0.0 },
        file: result.file.as_deref(),
        line: result.line,
        properties: properties.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        problem: problem_of(result),
    }
}

fn problem_of(result: &TestResult) -> Option<Problem> {
    let (element, kind) = match result.verdict {
        Verdict::Passed => return None,
        Verdict::Failed => ("failure", "failed"),
        Verdict::Drifted => ("failure", "drifted"),
        Verdict::Unusable => ("error", "unusable scenario"),
        Verdict::NoResult => ("error", "no result"),
        Verdict::Inconclusive => ("skipped", "inconclusive"),
        Verdict::NotRun => ("skipped", "not run"),
    };
    Some(Problem { element, kind, message: result.headline(), text: result.explanation() })
}

fn write_case(xml: &mut Xml, case: &Case) -> std::io::Result<()> {
    let attributes = [
        ("name", Some(case.name.to_owned())),
        ("classname", Some(case.class.to_owned())),
        ("time", Some(seconds(case.seconds))),
        ("file", case.file.map(str::to_owned)),
        ("line", case.line.map(|line| line.to_string())),
    ];
    element(xml, "testcase", &attributes, |xml| {
        write_properties(xml, &case.properties)?;
        match &case.problem {
            Some(Problem { element: name, kind, message, text }) => {
                let attributes = [("message", Some(message.clone())), ("type", Some((*kind).to_owned()))];
                element(xml, name, &attributes, |xml| xml.write_event(Event::Text(BytesText::new(&clean(text)))))
            }
            None => Ok(()),
        }
    })
}

fn write_properties(xml: &mut Xml, properties: &[(&str, String)]) -> std::io::Result<()> {
    if properties.is_empty() {
        return Ok(());
    }
    element(xml, "properties", &[], |xml| {
        properties.iter().try_for_each(|(name, value)| {
            let attributes = [("name", clean(name)), ("value", clean(value))];
            let attributes = attributes.iter().map(|(name, value)| (*name, value.as_str()));
            xml.create_element("property").with_attributes(attributes).write_empty().map(drop)
        })
    })
}

fn element(
    xml: &mut Xml,
    name: &str,
    attributes: &[Attribute],
    content: impl FnOnce(&mut Xml) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let present: Vec<(&str, String)> =
        attributes.iter().filter_map(|(name, value)| Some((*name, clean(value.as_deref()?)))).collect();
    let attributes = present.iter().map(|(name, value)| (*name, value.as_str()));
    xml.create_element(name).with_attributes(attributes).write_inner_content(content).map(drop)
}

/// `tests`, `failures`, `errors` and `skipped`.
fn counts<'a>(cases: &[&Case]) -> Vec<Attribute<'a>> {
    let of = |kind: &str| {
        let problems = cases.iter().filter_map(|case| case.problem.as_ref());
        Some(problems.filter(|problem| problem.element == kind).count().to_string())
    };
    let [failures, errors, skipped] = KINDS.map(of);
    vec![("tests", Some(cases.len().to_string())), ("failures", failures), ("errors", errors), ("skipped", skipped)]
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.3}")
}

/// A text without colours and without the characters that XML 1.0 cannot hold, escaped or not.
fn clean(text: &str) -> String {
    let is_allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    plain(text).chars().filter(is_allowed).collect()
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::BytesStart;

    use super::*;
    use crate::run::samples::{eventful, result, run};

    /// An element as a reader finds it: its way from the root, its attributes, and the text right in it.
    #[derive(Debug, Default)]
    struct Found {
        way: String,
        attributes: Vec<(String, String)>,
        text: String,
    }

    impl Found {
        fn of(start: &BytesStart, way: &[String]) -> Self {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            let attributes = start.attributes().map(|attribute| {
                let attribute = attribute.unwrap();
                let value = quick_xml::escape::unescape(std::str::from_utf8(&attribute.value).unwrap()).unwrap().into_owned();
                (text(attribute.key.as_ref()), value)
            });
            Self { way: way.join("/"), attributes: attributes.collect(), text: String::new() }
        }

        fn get(&self, name: &str) -> &str {
            self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
        }
    }

    /// Reads the XML to its end. Anything that is not well-formed panics.
    fn read(xml: &str) -> Vec<Found> {
        let mut reader = Reader::from_str(xml);
        let (mut found, mut way, mut open): (Vec<Found>, Vec<String>, Vec<usize>) = (vec![], vec![], vec![]);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    way.push(String::from_utf8(start.name().as_ref().to_vec()).unwrap());
                    open.push(found.len());
                    found.push(Found::of(&start, &way));
                }
                Event::Empty(start) => {
                    let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
                    found.push(Found::of(&start, &[way.clone(), vec![name]].concat()));
                }
                Event::End(_) => {
                    way.pop();
                    open.pop();
                }
                Event::Text(text) => {
                    if let Some(last) = open.last() {
                        found[*last].text += &text.decode().unwrap();
                    }
                }
                Event::GeneralRef(reference) => {
                    let name = format!("&{};", reference.decode().unwrap());
                    found[*open.last().unwrap()].text += &quick_xml::escape::unescape(&name).unwrap();
                }
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    fn all<'a>(found: &'a [Found], end: &str) -> Vec<&'a Found> {
        found.iter().filter(|element| element.way.rsplit('/').next() == Some(end)).collect()
    }

    #[test]
    fn there_is_a_suite_a_folder_with_its_counts() {
        let read = read(&eventful().junit().unwrap());
        let counts = |element: &&Found| {
            ["name", "tests", "failures", "errors", "skipped"].map(|name| element.get(name).to_owned()).join(" ")
        };
        let suites: Vec<_> = all(&read, "testsuite").iter().map(counts).collect();
        assert_eq!(suites, ["check 4 2 0 2", "get 2 0 0 1", "failures 1 0 1 0", "beyond 1 0 1 0"]);
        assert_eq!(all(&read, "testsuites").iter().map(counts).collect::<Vec<_>>(), ["cargo xtask it --target sim 8 2 2 3"]);
    }

    #[test]
    fn a_suite_says_when_it_ran_how_long_and_of_which_commit() {
        let read = read(&eventful().junit().unwrap());
        for element in [all(&read, "testsuites")[0], all(&read, "testsuite")[0]] {
            assert_eq!(element.get("timestamp"), "2026-01-01T00:00:00.25Z");
        }
        assert_eq!((all(&read, "testsuites")[0].get("time"), all(&read, "testsuite")[1].get("time")), ("1.234", "0.025"));
        let properties: Vec<_> = all(&read, "property")
            .into_iter()
            .filter(|property| property.way == "testsuites/testsuite/properties/property")
            .map(|property| (property.get("name"), property.get("value")))
            .take(3)
            .collect();
        assert_eq!(properties, [("target", "sim"), ("version", "0.1.0"), ("commit", "abc-dirty")]);
        assert!(!eventful().junit().unwrap().contains("hostname"), "reports are handed on");
    }

    #[test]
    fn a_failure_has_its_place_what_was_expected_and_what_came() {
        let read = read(&eventful().junit().unwrap());
        let case = all(&read, "testcase").into_iter().find(|case| case.get("name") == "test_c").unwrap();
        let place = ["classname", "file", "line", "time"].map(|name| case.get(name));
        assert_eq!(place, ["check", "scenarios/check/03_c.yaml", "22", "0.012"]);
        let failure = all(&read, "failure")[1];
        let message = "scenarios/check/03_c.yaml:22: it fails: status: expected \"FAILED\", got \"PENDING\"";
        assert_eq!((failure.get("message"), failure.get("type")), (message, "failed"));
        assert_eq!(failure.text, "expected \"FAILED\"\n    got <PENDING> `x`");
        let of_the_case = |name: &str| {
            let way = "testsuites/testsuite/testcase/properties/property";
            let found = all(&read, "property").into_iter().find(|found| found.way == way && found.get("name") == name);
            found.unwrap().get("value").to_owned()
        };
        assert_eq!(["number", "about", "seed"].map(of_the_case)[1..], ["a load fails", "7"]);
    }

    #[test]
    fn drift_is_a_failure_and_what_did_not_run_is_skipped_with_its_reason() {
        let read = read(&eventful().junit().unwrap());
        let drift = all(&read, "failure")[0];
        assert_eq!((drift.get("type"), drift.get("message")), ("drifted", "2 differences from the accepted answers"));
        assert!(drift.text.contains("action 1: answer.note: accepted ``, live `a | b\nc`"), "{}", drift.text);
        let skipped = all(&read, "skipped").into_iter().map(|found| (found.get("type"), found.get("message")));
        let reason = ("not run", "the tier does not have it");
        assert_eq!(skipped.collect::<Vec<_>>(), [reason, reason, ("inconclusive", "the state passed too quickly")]);
    }

    #[test]
    fn unusable_files_missing_results_and_errors_of_the_run_are_errors() {
        let complaining = Run { errors: vec!["it died\nlast words".into()], ..eventful() };
        let read = read(&complaining.junit().unwrap());
        let errors: Vec<_> = all(&read, "error").into_iter().map(|found| (found.get("type"), found.get("message"))).collect();
        let missing = ("no result", "it had to run and left no result");
        assert_eq!(errors, [("unusable scenario", "error: unknown key `load`"), missing, ("run", "it died")]);
        assert_eq!(all(&read, "error")[2].text, "it died\nlast words");
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out_and_everything_else_comes_through() {
        let text = "\u{1b}[31mred\u{1b}[0m \u{0}\u{8}\u{fffe} <&>\"' ]]> ä\u{1f600}\tx\nlast";
        let xml = run(vec![result("a::b", None, Verdict::Failed, text)]).junit().unwrap();
        assert_eq!(all(&read(&xml), "failure")[0].text, "red  <&>\"' ]]> ä\u{1f600}\tx\nlast");
    }

    #[test]
    fn a_senseless_time_is_no_time() {
        for millis in [-1.0, f64::NAN, f64::INFINITY] {
            let odd = TestResult { millis, ..result("beyond::d", None, Verdict::Passed, "") };
            assert_eq!(all(&read(&run(vec![odd]).junit().unwrap()), "testcase")[0].get("time"), "0.000");
        }
    }
}
