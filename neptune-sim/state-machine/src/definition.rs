//! A definition in Amazon States Language whose functions are known.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::checks::{self, Finding, Findings};
use crate::functions::find_function;
use crate::json;
use crate::names::{first_resource, has_resources, with_resources};
use crate::problem::{DEFINITION_BYTES, DefinitionError, DefinitionFault, DefinitionProblem};
use crate::template::{Source, Template, What, substitute};
use crate::tree::{Fault, Found, Node};
use crate::warnings::warnings;
use crate::yaml;

/// How functions are called here. The account is AWS's example account.
const FUNCTION_ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:";

/// A definition. In its texts, `${…}` is replaced: by the ARN of a function if it names one, and by the name itself otherwise.
///
/// A function is found by its name, and by a substitution such as `${CheckLoadStatusArn}`, `${CheckLoadStatusFunction.Arn}` or
/// `${check-load-status}` for `check_load_status`: case, `_` and `-` do not count, and neither do `Arn` or `Name`, and before that `Function` or `Lambda`, at
/// the end, nor what stands behind a `.`. The same holds for the name in an ARN; a version or alias behind it does not count.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition(Value);

impl Definition {
    /// Reads a definition that calls functions with these names: a file in JSON or YAML, or a template of SAM or CloudFormation that has the machine.
    ///
    /// Of a template with several machines, `FILE#ID` names the one with this logical id. Its `DefinitionSubstitutions`, `Ref`, `Fn::GetAtt`, `Fn::Sub` and
    /// `Fn::Join` are worked out, with the defaults of the template's parameters: a function in it has its logical id as its name.
    ///
    /// # Errors
    /// [`DefinitionError`] if it is not one, or larger than 1 MiB.
    pub fn read(file: &Path, functions: &[&str]) -> Result<Self, DefinitionError> {
        let (file, id) = file_and_id(file);
        let in_file = |error: DefinitionError| error.in_file(&file);
        let root = read_text(&file).and_then(|text| tree(&text, Format::of(&file, &text))).map_err(in_file)?;
        let source = match (Template::of(&root), &id) {
            (Some(template), id) => template.machine(id.as_deref()).map_err(|fault| in_file(fault.into()))?,
            (None, None) => return not_inside(&root).and_then(|()| Self::of_tree(&root, functions)).map_err(in_file),
            (None, Some(id)) => {
                let problem = format!("it is no template, which has Resources: leave out `#{id}`");
                return Err(in_file(Fault::new(0, problem).into()));
            }
        };
        match &source.what {
            What::Data(definition) => Self::of_data(definition, &source, functions).map_err(in_file),
            What::Text(text) => Self::of_text(text, &source, functions).map_err(in_file),
            What::File(name) => {
                let file = file.parent().unwrap_or(Path::new("")).join(name);
                Self::beside(&file, &source, functions).map_err(|error| error.in_file(&file))
            }
        }
    }

    /// A definition in a file beside a template.
    fn beside(file: &Path, source: &Source, functions: &[&str]) -> Result<Self, DefinitionError> {
        let text = source.replaced(&read_text(file)?).map_err(|faults| faults.map(next_line))?;
        Self::of_tree(&replaced_tree(&text, Format::of(file, &text))?, functions)
    }

    /// A definition that is data of a template.
    fn of_data(definition: &Value, source: &Source, functions: &[&str]) -> Result<Self, DefinitionError> {
        let mut definition = definition.clone();
        let mut found = Found::default();
        each_text(&mut definition, &mut Vec::new(), &mut |text, place| {
            let at_its_line = |fault| Fault { line: source.node.line_at(place), ..fault };
            let replaced = if found.is_full() {
                None
            } else {
                found.value(source.replaced(text).map_err(|faults| faults.map(at_its_line)))
            };
            replaced.unwrap_or_default()
        });
        let definition = found.or_value(definition)?;
        Self::of_value(definition, &source.node, functions)
    }

    /// A definition that is a text of a template.
    fn of_text(text: &str, source: &Source, functions: &[&str]) -> Result<Self, DefinitionError> {
        let lines = |text: &str| text.matches('\n').count();
        // The text as it stands in the template, of which the functions round it keep the lines.
        let first = source.node.first_of_lines();
        let replaced = source.replaced(text).map_err(|faults| faults.map(next_line));
        let first = first.filter(|(_, given)| replaced.as_ref().map_or(true, |text| lines(text) == lines(given)));
        let root =
            replaced.map_err(DefinitionError::from).and_then(|text| replaced_tree(&text, Format::of(Path::new(""), &text)));
        root.and_then(|root| Self::of_tree(&root, functions)).map_err(|error| match first {
            Some((first, _)) => error.on_lines(|line| first + line - 1),
            None => error.in_text(source.node.line, lines(text.trim()) > 0),
        })
    }

    /// The same of a text in JSON, if it begins with `{`, or in YAML.
    ///
    /// # Errors
    /// [`DefinitionError`] if it is no definition, or larger than 1 MiB.
    pub fn parse(text: &str, functions: &[&str]) -> Result<Self, DefinitionError> {
        Self::of_tree(&tree(text, Format::of(Path::new(""), text))?, functions)
    }

    fn of_tree(root: &Node, functions: &[&str]) -> Result<Self, DefinitionError> {
        Self::of_value(root.to_json(&|_| None)?, root, functions)
    }

    /// A definition whose values stand in these lines.
    fn of_value(mut definition: Value, lines: &Node, functions: &[&str]) -> Result<Self, DefinitionError> {
        each_text(&mut definition, &mut Vec::new(), &mut |text, _| with_resources(text));
        let Findings { kept, more, .. } = checks::check(&definition, functions);
        if !kept.is_empty() {
            let fault = |Finding { place, problem, .. }| DefinitionFault {
                line: Some(lines.line_at(&place)).filter(|line| *line > 0),
                line_of_text: None,
                problem,
            };
            return Err(DefinitionError::of(kept.into_iter().map(fault).collect(), more));
        }
        without_end_that_is_false(&mut definition);
        each_text(&mut definition, &mut Vec::new(), &mut |text, _| with_functions(text, functions));
        Ok(Self(definition))
    }

    /// The `TimeoutSeconds` of the machine, if it has one.
    pub fn time_limit(&self) -> Option<Duration> {
        self.0["TimeoutSeconds"].as_u64().map(Duration::from_secs)
    }

    /// What AWS takes, and what surprises a team whose loads take long, a sentence or two each; no engine shows it.
    pub fn warnings(&self) -> Vec<String> {
        warnings(&self.0)
    }

    /// The type of a state, such as `Fail`, if there is one of this name, in the machine or in one inside it.
    pub fn type_of(&self, state: &str) -> Option<&str> {
        type_in(&self.0, state)
    }
}

fn type_in<'a>(machine: &'a Value, state: &str) -> Option<&'a str> {
    let states = machine["States"].as_object()?;
    let here = states.get(state).and_then(|state| state["Type"].as_str());
    let inside = |of: &'a Value| {
        let branches = of["Branches"].as_array().into_iter().flatten();
        branches.chain([&of["Iterator"], &of["ItemProcessor"]]).find_map(|machine| type_in(machine, state))
    };
    here.or_else(|| states.values().find_map(inside))
}

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Json,
    Yaml,
}

impl Format {
    /// That of a file by its name, or else by how the text begins.
    fn of(file: &Path, text: &str) -> Self {
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Self::Json,
            Some("yaml" | "yml") => Self::Yaml,
            _ if text.trim_start().starts_with('{') => Self::Json,
            _ => Self::Yaml,
        }
    }
}

/// The file, and the logical id behind a `#`. A file whose name has a `#` is found as well.
fn file_and_id(given: &Path) -> (PathBuf, Option<String>) {
    match given.to_str().and_then(|given| given.rsplit_once('#')) {
        Some((file, id)) if !given.exists() => (file.into(), Some(id.to_owned())),
        _ => (given.to_owned(), None),
    }
}

/// A definition is the file, and does not stand inside it.
fn not_inside(root: &Node) -> Result<(), DefinitionError> {
    let known = [
        (
            "stepFunctions",
            "it is a configuration of the Serverless Framework: give what stands below the `definition` of its state machine as a file of its own",
        ),
        ("definition", "it has a `definition`, as the answer of DescribeStateMachine has: give that text as a file of its own"),
    ];
    let found = |key: &str| root.entries().iter().find(|entry| entry.key == key && root.get("StartAt").is_none());
    match known.into_iter().find_map(|(key, helps)| Some((found(key)?, helps))) {
        Some((entry, helps)) => Err(Fault::new(entry.line, helps).into()),
        None => Ok(()),
    }
}

fn read_text(file: &Path) -> Result<String, DefinitionError> {
    let mut text = String::new();
    let most = u64::try_from(DEFINITION_BYTES + 1).expect("a megabyte is less than 2^64 bytes");
    File::open(file).and_then(|file| file.take(most).read_to_string(&mut text)).map_err(DefinitionProblem::from)?;
    Ok(text)
}

/// The values of a text in which substitutions are replaced. One whose value is not known may be what cannot be read.
fn replaced_tree(text: &str, format: Format) -> Result<Node, DefinitionError> {
    tree(text, format).map_err(|mut error| {
        for DefinitionFault { line, problem, .. } in &mut error.faults {
            let line = text.lines().nth(line.unwrap_or(1).saturating_sub(1)).unwrap_or_default();
            if let (Some(name), DefinitionProblem::Unreadable(message)) = (first_resource(line), problem) {
                *message = format!(
                    "nothing here knows the value of `{name}`, which does not stand inside a text: give the parameter a `Default`, or write a value in its place"
                );
            }
        }
        error
    })
}

fn tree(text: &str, format: Format) -> Result<Node, DefinitionError> {
    if text.len() > DEFINITION_BYTES {
        return Err(DefinitionProblem::TooLarge.into());
    }
    let text = text.trim_start_matches('\u{feff}');
    if format == Format::Yaml {
        return Ok(yaml::parse(text)?);
    }
    let value = json::parse(text)?;
    // Nearly all JSON is YAML as well, and that reader knows the lines.
    Ok(Node::of_json(value, yaml::parse(text).ok().as_ref()))
}

impl std::fmt::Display for Definition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Leaves out each `"End": false`, which says nothing: moto takes it for a second way on.
fn without_end_that_is_false(value: &mut Value) {
    let states = value.get_mut("States").and_then(Value::as_object_mut);
    for state in states.into_iter().flat_map(|states| states.values_mut()).filter_map(Value::as_object_mut) {
        if state.get("End") == Some(&Value::Bool(false)) {
            state.shift_remove("End");
        }
        let branches = state.get_mut("Branches").and_then(Value::as_array_mut);
        branches.into_iter().flatten().for_each(without_end_that_is_false);
        for repeated in ["Iterator", "ItemProcessor"] {
            state.get_mut(repeated).into_iter().for_each(without_end_that_is_false);
        }
    }
}

/// Changes all texts of a value that have a substitution, each with its place.
fn each_text(value: &mut Value, place: &mut Vec<String>, change: &mut impl FnMut(&str, &[String]) -> String) {
    let mut inside = |key: String, value: &mut Value| {
        place.push(key);
        each_text(value, place, change);
        place.pop();
    };
    match value {
        Value::String(text) if text.contains("${") || has_resources(text) => *text = change(text, place),
        Value::Array(values) => values.iter_mut().enumerate().for_each(|(index, value)| inside(index.to_string(), value)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| inside(key.clone(), value)),
        _ => {}
    }
}

/// A fault whose line was counted from 0.
fn next_line(fault: Fault) -> Fault {
    Fault { line: fault.line + 1, ..fault }
}

fn with_functions(text: &str, functions: &[&str]) -> String {
    let arn = |name: &str| {
        find_function(name, functions).map_or_else(|| name.to_owned(), |function| format!("{FUNCTION_ARN}{function}"))
    };
    substitute(text, |name, _| Some(arn(name)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::tree::NESTED;

    fn machine(resource: &str) -> String {
        let task = json!({"Type": "Task", "Resource": resource, "Parameters": {"FunctionName": "${Check}"}, "End": true});
        json!({"StartAt": "All", "States": {"All": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "Check", "States": {"Check": task}},
        ]}}})
        .to_string()
    }

    #[test]
    fn texts_are_substituted() {
        let text = machine("arn:aws:states:::lambda:invoke").replace("\"All\"", "\"On ${Bus} and ${Bus\"");
        let definition = Definition::parse(&text, &["check"]).unwrap();
        assert_eq!(definition.0["StartAt"], "On Bus and ${Bus");
        let task = definition.0.pointer("/States/On ${Bus} and ${Bus/Branches/0/States/Check/Parameters/FunctionName");
        assert_eq!(task.unwrap(), "arn:aws:lambda:us-east-1:123456789012:function:check");
    }

    #[rstest]
    #[case::not_json("{\"Seconds\": ${Wait}}", "it is not JSON")]
    #[case::no_start("{\"StartAt\": \"A\"}", "it needs a StartAt that names one of its States")]
    #[case::a_function(
        "arn:aws:states:::lambda:invoke",
        "the state `Check` calls the function `Check`, which is not one of those that are given: other, more"
    )]
    #[case::no_text("StartAt: 1\nStates: {}\n", "it needs a StartAt that names one of its States")]
    #[case::nothing("", "it needs a StartAt")]
    #[case::an_arn("arn:aws:lambda:us-east-1:1:function:f:1", "the state `Check` calls the function `f`")]
    #[case::another_service(
        "arn:aws:states:::sqs:sendMessage",
        "the state `Check` calls `arn:aws:states:::sqs:sendMessage`, which nothing stands for"
    )]
    #[case::a_callback("arn:aws:states:::lambda:invoke.waitForTaskToken", "which nothing stands for")]
    fn what_is_wrong_is_said(#[case] text: &str, #[case] said: &str) {
        let text = if text.starts_with("arn:") { machine(text) } else { text.to_owned() };
        let problem = Definition::parse(&text, &["other", "more"]).unwrap_err().to_string();
        assert!(problem.contains(said), "{problem}");
    }

    #[test]
    fn the_type_of_a_state_is_known_in_machines_inside_as_well() {
        let definition = Definition::parse(&machine("${Check}"), &["check"]).unwrap();
        assert_eq!(
            [definition.type_of("Check"), definition.type_of("All"), definition.type_of("X")],
            [Some("Task"), Some("Parallel"), None]
        );
    }

    #[test]
    fn a_call_without_any_function_says_so() {
        let problem = Definition::parse(&machine("${CheckArn}"), &[]).unwrap_err().to_string();
        assert_eq!(problem, "line 1: the state `Check` calls the function `CheckArn`, and no function is given");
    }

    #[rstest]
    #[case::as_deep_as_is_read(NESTED - 1, "it needs a StartAt")]
    #[case::deeper(NESTED, "it is nested too deep: 127 levels of objects and lists are read here")]
    fn a_definition_that_is_nested_too_deep_is_refused(#[case] lists: usize, #[case] said: &str) {
        let text = format!("{{\"Comment\": {}{}}}", "[".repeat(lists), "]".repeat(lists));
        let problem = Definition::parse(&text, &[]).unwrap_err().to_string();
        assert!(problem.contains(said), "{problem}");
    }

    #[test]
    fn a_definition_that_is_too_large_is_refused() {
        let text = format!("{{\"Comment\": \"{}\"}}", "x".repeat(DEFINITION_BYTES));
        let error = Definition::parse(&text, &[]).unwrap_err();
        assert!(matches!(error.faults[0].problem, DefinitionProblem::TooLarge));
    }
}
