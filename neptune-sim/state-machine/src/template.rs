//! A state machine of a template of SAM or CloudFormation.
//!
//! [`Names`] says what its names stand for. What `DefinitionSubstitutions` replaces is found here, too.

use serde_json::{Map, Value};

use crate::names::{Names, did_you_mean, resource};
use crate::problem::DEFINITION_BYTES;
use crate::tree::{Content, Entry, Fault, Faults, Found, Node, text_of};

const TYPES: [&str; 2] = ["AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"];
/// How a text begins that CloudFormation reads from Systems Manager or Secrets Manager.
const DYNAMIC: &str = "{{resolve:";

/// A template.
#[derive(Clone, Copy)]
pub(crate) struct Template<'a>(&'a Node);

/// The definition of a machine, as its template gives it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) what: What,
    /// As it stands in the template.
    pub(crate) node: Node,
    /// The logical id of the machine.
    pub(crate) machine: String,
    /// Values that are no single ones are no texts.
    pub(crate) substitutions: Map<String, Value>,
}

/// Where the definition is.
#[derive(Debug, PartialEq)]
pub(crate) enum What {
    /// In a file beside the template.
    File(String),
    /// Here, as a text.
    Text(String),
    /// Here, as data.
    Data(Value),
}

impl<'a> Template<'a> {
    /// Whether this is a template: it has resources.
    pub(crate) fn of(root: &'a Node) -> Option<Self> {
        root.get("Resources").map(|_| Self(root))
    }

    /// The definition of the machine with this logical id, or of the only one.
    ///
    /// # Errors
    /// There is none, or one of several, or it cannot be run here: then all that is wrong with it.
    pub(crate) fn machine(self, id: Option<&str>) -> Result<Source, Faults> {
        let resources = self.0.get("Resources").unwrap_or(self.0);
        let is_machine = |node: &Node| node.get("Type").and_then(Node::text).is_some_and(|of| TYPES.contains(&of));
        let machines: Vec<_> = resources.entries().iter().filter(|entry| is_machine(&entry.value)).collect();
        let names: Vec<_> = machines.iter().map(|entry| entry.key.as_str()).collect();
        let at = |message: String| Fault::new(0, message);
        let machine = match (id, &machines[..]) {
            (_, []) => {
                return Err(at(format!(
                    "the template has no state machine, which is a resource of the type {}",
                    TYPES.join(" or ")
                ))
                .into());
            }
            (None, [machine]) => machine,
            (None, _) => {
                return Err(at(format!(
                    "the template has several state machines: write the name of one behind the file, such as `#{}`; they are {}",
                    names[0],
                    names.join(", ")
                ))
                .into());
            }
            (Some(id), _) => machines.iter().find(|entry| entry.key == id).ok_or_else(|| {
                let near = did_you_mean(id, names.iter().copied()).map(|near| format!(": {near}"));
                let others = near.unwrap_or_else(|| format!("; its state machines are {}", names.join(", ")));
                at(format!("the template has no state machine `{id}`{others}"))
            })?,
        };
        let told = |fault: Fault| Fault { message: format!("the state machine `{}`: {}", machine.key, fault.message), ..fault };
        self.source(&machine.key, machine.value.get("Properties").unwrap_or(&machine.value)).map_err(|faults| faults.map(told))
    }

    fn source(self, id: &str, properties: &Node) -> Result<Source, Faults> {
        let properties = without_no_value(properties);
        let mut found = Found::default();
        let is_standard = found.value(self.check_type(&properties)).is_some();
        let substitutions = found.value(self.substitutions(&properties));
        let definition = found.value(self.definition(&properties));
        match (substitutions, definition) {
            (Some(substitutions), Some((what, node))) if is_standard => {
                Ok(Source { what, node, machine: id.to_owned(), substitutions })
            }
            _ => Err(found.faults()),
        }
    }

    fn check_type(self, properties: &Node) -> Result<(), Fault> {
        let kind = ["Type", "StateMachineType"].into_iter().find_map(|key| properties.get(key));
        match kind.filter(|kind| self.resolve(kind).is_ok_and(|kind| kind == "EXPRESS")) {
            Some(kind) => Err(Fault::new(
                kind.line,
                "it is of the type EXPRESS, and only STANDARD is run here: to judge its loop all the same, give its definition as a file of its own",
            )),
            None => Ok(()),
        }
    }

    /// Where the definition of a machine is, and what stands there.
    fn definition(self, properties: &Node) -> Result<(What, Node), Faults> {
        let given = ["Definition", "DefinitionString", "DefinitionUri", "DefinitionS3Location"]
            .into_iter()
            .find_map(|key| Some((key, properties.get(key)?)));
        let Some((key, node)) = given else {
            let says = "it has no definition: neither Definition nor DefinitionUri, DefinitionString or DefinitionS3Location";
            return Err(Fault::new(properties.line, says).into());
        };
        let what = match (key, self.resolve(node)?) {
            ("Definition", data) => What::Data(data),
            ("DefinitionString", Value::String(text)) => What::Text(text),
            ("DefinitionUri" | "DefinitionS3Location", Value::String(file)) if !file.contains("://") => What::File(file),
            ("DefinitionString", _) => return Err(Fault::new(node.line, "its DefinitionString is not a text").into()),
            (key, _) => {
                let says = format!(
                    "its {key} names no file beside the template: give the file with the definition in place of the template"
                );
                return Err(Fault::new(node.line, says).into());
            }
        };
        Ok((what, node.clone()))
    }

    /// The `DefinitionSubstitutions` of a machine. A value that is known only when the template is deployed, such as that of another stack, stands for the
    /// key itself.
    fn substitutions(self, properties: &Node) -> Result<Map<String, Value>, Faults> {
        let entries = properties.get("DefinitionSubstitutions").map(Node::entries).unwrap_or_default();
        Found::all(entries.iter().map(|Entry { key, value, .. }| match self.resolve(value) {
            Ok(value) => Ok((key.clone(), value)),
            Err(faults) if faults.0.iter().all(|fault| fault.is_elsewhere) => Ok((key.clone(), Value::String(resource(key)))),
            Err(faults) => Err(faults.map(|fault| Fault {
                message: format!("the key `{key}` of its DefinitionSubstitutions: {}", fault.message),
                ..fault
            })),
        }))
    }

    /// A value as CloudFormation would work it out.
    ///
    /// # Errors
    /// Functions are none of those that are known here, or name what the template does not have.
    fn resolve(self, node: &Node) -> Result<Value, Faults> {
        node.to_json(&|node| match node.function() {
            Some((name, given)) => Some(self.call(name, given)),
            None => node.text().filter(|text| text.contains(DYNAMIC)).map(|text| {
                let reference = text.split_once(DYNAMIC).and_then(|(_, rest)| rest.split_once("}}")).map_or("…", |(name, _)| name);
                Err(Fault::elsewhere(
                    node.line,
                    format!(
                        "`{DYNAMIC}{reference}}}}}` is read when the template is deployed, and nothing here knows it: write what it stands for in its place, \
                         or let a key of DefinitionSubstitutions have it"
                    ),
                )
                .into())
            }),
        })
    }

    fn call(self, name: &str, given: &Node) -> Result<Value, Faults> {
        let arguments = self.resolve(given)?;
        let names = Names(self.0);
        let value = match (name, &arguments) {
            ("Ref", Value::String(id)) => Some(names.reference(id, given.line)?),
            ("Fn::GetAtt", Value::String(path)) => Some(names.attribute(path, given.line)?),
            ("Fn::GetAtt", Value::Array(path)) => {
                texts(path).map(|path| names.attribute(&path.join("."), given.line)).transpose()?
            }
            ("Fn::Sub", Value::String(text)) => Some(self.substituted(text, &Map::new(), given)?),
            ("Fn::Sub", Value::Array(parts)) => match (&parts[..], &given.content) {
                ([Value::String(text), Value::Object(values)], Content::List(nodes)) => {
                    Some(self.substituted(text, values, &nodes[0])?)
                }
                _ => None,
            },
            ("Fn::Join", Value::Array(given)) => match &given[..] {
                [Value::String(between), Value::Array(parts)] => texts(parts).map(|parts| parts.join(between)),
                _ => None,
            },
            _ => None,
        };
        match value {
            Some(value) if value.len() > DEFINITION_BYTES => Err(Fault::new(
                given.line,
                format!(
                    "`{name}` gives a text of more than {DEFINITION_BYTES} bytes, which is more than a definition may have"
                ),
            )
            .into()),
            Some(value) => Ok(Value::String(value)),
            None if ["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join"].contains(&name) => {
                Err(Fault::new(given.line, format!("`{name}` is given something that CloudFormation does not take")).into())
            }
            None => Err(Fault::elsewhere(
                given.line,
                format!(
                    "`{name}` is not worked out here, only Ref, Fn::GetAtt, Fn::Sub and Fn::Join are: write what it stands for in its place, or in a \
                     definition of its own"
                ),
            )
            .into()),
        }
    }

    /// A text with `${…}`, as `Fn::Sub` replaces it.
    fn substituted(self, text: &str, values: &Map<String, Value>, node: &Node) -> Result<String, Faults> {
        let names = Names(self.0);
        try_substitute(text, |name, line| {
            let line = if matches!(node.content, Content::Lines(_)) { node.line + line } else { node.line };
            match (name.strip_prefix('!'), values.get(name)) {
                (Some(literal), _) => Ok(Some(format!("${{{literal}}}"))),
                (None, Some(value)) => Ok(text_of(value).or_else(|| names.value(name, line).ok())),
                (None, None) => names.value(name, line).map(Some),
            }
        })
    }
}

impl Source {
    /// A text of the definition, in which the keys of `DefinitionSubstitutions` are replaced.
    ///
    /// # Errors
    /// It has `${…}` that are no such keys: their lines in the text, from 0.
    pub(crate) fn replaced(&self, text: &str) -> Result<String, Faults> {
        try_substitute(text, |name, line| match self.substitutions.get(name) {
            Some(value) => Ok(text_of(value)),
            None => Err(self.no_key(name, line)),
        })
    }

    fn no_key(&self, name: &str, line: usize) -> Fault {
        let near = did_you_mean(name, self.substitutions.keys().map(String::as_str));
        let helps = near.unwrap_or_else(|| {
            let by_sub = if matches!(self.what, What::File(_)) { "" } else { ", or let `Fn::Sub` (`!Sub`) replace it" };
            format!("add the key, with the value that it stands for{by_sub}")
        });
        let machine = &self.machine;
        Fault::new(
            line,
            format!(
                "`${{{name}}}` is no key of the DefinitionSubstitutions of `{machine}`, so that AWS leaves it as it stands: {helps}"
            ),
        )
    }
}

/// The same without what has no value: `!Ref AWS::NoValue`.
fn without_no_value(node: &Node) -> Node {
    let has_value = |node: &Node| !node.function().is_some_and(|(name, of)| name == "Ref" && of.text() == Some("AWS::NoValue"));
    let content = match &node.content {
        Content::List(nodes) => Content::List(nodes.iter().filter(|node| has_value(node)).map(without_no_value).collect()),
        Content::Map(entries) => {
            let kept = entries.iter().filter(|entry| has_value(&entry.value));
            Content::Map(kept.map(|entry| Entry { value: without_no_value(&entry.value), ..entry.clone() }).collect())
        }
        Content::Function(name, given) => Content::Function(name.clone(), Box::new(without_no_value(given))),
        content => content.clone(),
    };
    Node { line: node.line, content }
}

/// Texts, if these are all some.
fn texts(values: &[Value]) -> Option<Vec<String>> {
    values.iter().map(text_of).collect()
}

/// A text in which each `${name}` is replaced, as [`substitute`] does it, unless there is something wrong with some.
fn try_substitute(text: &str, value: impl Fn(&str, usize) -> Result<Option<String>, Fault>) -> Result<String, Faults> {
    let mut found = Found::default();
    let done = substitute(text, |name, line| if found.is_full() { None } else { found.value(value(name, line)).flatten() });
    found.or_value(done)
}

/// A text in which each `${name}` is replaced by what this says of the name and its line, from 0; `None` leaves it as it stands. One that becomes
/// longer than a definition may be ends there.
pub(crate) fn substitute(text: &str, mut value: impl FnMut(&str, usize) -> Option<String>) -> String {
    let (mut done, mut rest, mut line) = (String::new(), text, 0);
    while let Some((before, (name, after))) =
        rest.split_once("${").and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        if done.len() > DEFINITION_BYTES {
            return done;
        }
        done.push_str(before);
        line += before.matches('\n').count();
        match value(name, line) {
            Some(value) => done.push_str(&value),
            None => done.extend(["${", name, "}"]),
        }
        line += name.matches('\n').count();
        rest = after;
    }
    done + rest
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rstest::rstest;
    use serde_json::json;

    use crate::definition::Definition;
    use crate::problem::DefinitionError;

    const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:CheckStatusFunction";

    /// A template with two machines. The definition of the first is in a file.
    const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters:
  WaitSeconds: {Type: Number, Default: 30}
  Bus: {Type: String}
Resources:
  CheckStatusFunction:
    Type: AWS::Serverless::Function
    Enabled: yes
  Watch:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: watch.asl.yaml
      DefinitionSubstitutions:
        Check: !GetAtt CheckStatusFunction.Arn
        Seconds: !Ref WaitSeconds
        Bus: !ImportValue bus
  Inline:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: Check
        States:
          Check:
            Type: Task
            Resource: !Sub arn:${AWS::Partition}:states:::lambda:invoke
            Parameters:
              FunctionName: !GetAtt [CheckStatusFunction, Arn]
              Payload: {bus: !Ref Bus, seconds: !Join [\"-\", [!Ref WaitSeconds, 1]]}
            End: true
";

    const WATCH: &str = "
StartAt: Check
States:
  Check:
    Type: Task
    Resource: ${Check}
    Next: Wait
  Wait:
    Type: Wait
    Seconds: ${Seconds}
    Comment: on ${Bus}
    End: true
";

    /// Reads the machine that is named so, of a folder with this template in `template.yaml`, and with this definition in `watch.asl.yaml`.
    fn read(name: &str, template: &str, watch: &str, functions: &[&str]) -> Result<String, DefinitionError> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name.split('#').next().unwrap()), template).unwrap();
        fs::write(folder.path().join("watch.asl.yaml"), watch).unwrap();
        Definition::read(&folder.path().join(name), functions).map(|definition| definition.to_string())
    }

    #[test]
    fn a_definition_beside_the_template_is_substituted() {
        let watch = json!({"StartAt": "Check", "States": {
            "Check": {"Type": "Task", "Resource": ARN, "Next": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": 30, "Comment": "on Bus", "End": true},
        }});
        assert_eq!(read("template.yaml#Watch", TEMPLATE, WATCH, &["CheckStatusFunction"]).unwrap(), watch.to_string());
    }

    #[test]
    fn a_definition_inside_the_template_is_worked_out() {
        let inline = json!({"StartAt": "Check", "States": {"Check": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": ARN, "Payload": {"bus": "Bus", "seconds": "30-1"}}, "End": true,
        }}});
        assert_eq!(read("template.yaml#Inline", TEMPLATE, WATCH, &["CheckStatusFunction"]).unwrap(), inline.to_string());
    }

    #[rstest]
    #[case::sub(json!({"Fn::Sub": r#"{"StartAt": "C", "States": {"C": {"Type": "Task", "Resource": "${Check.Arn}", "End": true}}}"#}))]
    #[case::sub_with_values(json!({"Fn::Sub": [
        r#"{"StartAt": "C", "States": {"C": {"Type": "Task", "Resource": "${Fn}", "End": true}}}"#, {"Fn": {"Fn::GetAtt": "Check.Arn"}},
    ]}))]
    #[case::sub_and_substitution(json!({"Fn::Sub": r#"{"StartAt": "C", "States": {"C": {"Type": "Task", "Resource": "${!Later}", "End": true}}}"#}))]
    #[case::as_the_cdk_joins_it(json!({"Fn::Join": ["", [
        r#"{"StartAt":"C","States":{"C":{"Type":"Task","Resource":""#, {"Fn::GetAtt": ["Check", "Arn"]}, r#"","End":true}}}"#,
    ]]}))]
    #[case::yaml("StartAt: C\nStates:\n  C: {Type: Task, Resource: '${Later}', End: true}\n".into())]
    fn a_definition_as_text_is_worked_out(#[case] text: serde_json::Value) {
        let machine = json!({"Type": "AWS::StepFunctions::StateMachine", "Properties": {
            "DefinitionString": text, "DefinitionSubstitutions": {"Later": {"Fn::GetAtt": ["Check", "Arn"]}},
        }});
        let template = json!({"Resources": {"M": machine, "Check": {"Type": "AWS::Lambda::Function"}}});
        let definition = read("stack.template", &template.to_string(), "", &["Check"]).unwrap();
        assert!(definition.contains(r#""Resource":"arn:aws:lambda:us-east-1:123456789012:function:Check""#), "{definition}");
    }

    #[rstest]
    #[case::several(
        "template.yaml",
        "",
        "",
        "template.yaml: the template has several state machines: write the name of one behind the file, such as `#Watch`; they are Watch, Inline"
    )]
    #[case::another_name("template.yaml#Wach", "", "", "the template has no state machine `Wach`: did you mean `Watch`?")]
    #[case::a_far_name(
        "template.yaml#Import",
        "",
        "",
        "the template has no state machine `Import`; its state machines are Watch, Inline"
    )]
    #[case::no_machine(
        "template.yaml",
        "AWS::Serverless::StateMachine",
        "X",
        "the template has no state machine, which is a resource of the type AWS::Serverless::StateMachine or"
    )]
    #[case::express(
        "template.yaml#Watch",
        "DefinitionUri:",
        "Type: EXPRESS\n      DefinitionUri:",
        "template.yaml:13: the state machine `Watch`: it is of the type EXPRESS, and only STANDARD is run here"
    )]
    #[case::express_by_a_parameter(
        "template.yaml#Watch",
        "DefinitionUri:",
        "Type: !Sub EXPRESS\n      DefinitionUri:",
        "it is of the type EXPRESS"
    )]
    #[case::no_definition("template.yaml#Watch", "DefinitionUri", "Uri", "the state machine `Watch`: it has no definition")]
    #[case::in_s3(
        "template.yaml#Watch",
        "watch.asl.yaml",
        "s3://bucket/watch.asl.json",
        "its DefinitionUri names no file beside the template"
    )]
    #[case::no_file("template.yaml#Watch", "watch.asl.yaml", "other.asl.yaml", "other.asl.yaml: it cannot be read")]
    #[case::another_function_of_cloudformation(
        "template.yaml#Inline",
        "!GetAtt [CheckStatusFunction, Arn]",
        "!If [A, B, C]",
        "template.yaml:28: the state machine `Inline`: `Fn::If` is not worked out here"
    )]
    #[case::something_else_to_join(
        "template.yaml#Inline",
        "!GetAtt [CheckStatusFunction, Arn]",
        "!Join [a, b, c]",
        "template.yaml:28: the state machine `Inline`: `Fn::Join` is given something that CloudFormation does not take"
    )]
    #[case::a_text_that_doubles_itself(
        "template.yaml#Inline",
        "!GetAtt [CheckStatusFunction, Arn]",
        &format!("{}x{}", "!Sub [\"${a}${a}\", {a: ".repeat(28), "}]".repeat(28)),
        "`Fn::Sub` gives a text of more than 1048576 bytes"
    )]
    #[case::a_long_text_that_is_taken_many_times(
        "template.yaml#Inline",
        "!GetAtt [CheckStatusFunction, Arn]",
        &format!("!Sub [\"{}\", {{a: {}}}]", "${a}".repeat(100_000), "x".repeat(500_000)),
        "`Fn::Sub` gives a text of more than 1048576 bytes"
    )]
    #[case::what_the_template_gives(
        "template.yaml#Inline",
        "!GetAtt [CheckStatusFunction, Arn]",
        "!GetAtt Inline.Arn",
        "template.yaml:28: the state `Check` calls the function `Inline`, which is not one of those that are given: CheckStatusFunction"
    )]
    #[case::a_state(
        "template.yaml#Inline",
        "End: true",
        "Next: yes",
        "template.yaml:30: the state machine `Inline`: `yes` is true or false"
    )]
    #[case::no_template("watch.asl.yaml#Watch", "", "", "it is no template, which has Resources: leave out `#Watch`")]
    fn what_keeps_a_machine_of_a_template_from_being_read_is_said(
        #[case] name: &str,
        #[case] there: &str,
        #[case] instead: &str,
        #[case] said: &str,
    ) {
        let template = if there.is_empty() { TEMPLATE.to_owned() } else { TEMPLATE.replace(there, instead) };
        let error = read(name, &template, WATCH, &["CheckStatusFunction"]).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }

    #[rstest]
    #[case::the_line_of_a_state(
        "Next: Wait",
        "Next: Weit",
        "watch.asl.yaml:7: the state `Check` leads to `Weit`, which is not one of the States beside it: did you mean `Wait`?"
    )]
    #[case::the_line_of_a_field(
        "Next: Wait",
        "Nexxt: Wait",
        "watch.asl.yaml:7: the state `Check` has a field `Nexxt`: did you mean `Next`?"
    )]
    #[case::a_number_in_quotes(
        "${Seconds}",
        "'30'",
        "watch.asl.yaml:10: the state `Wait` has in its `Seconds` a text, where AWS takes a number"
    )]
    #[case::a_function_that_is_not_given(
        "${Check}",
        "arn:aws:lambda:us-east-1:1:function:Other",
        "watch.asl.yaml:6: the state `Check` calls the function `Other`"
    )]
    #[case::a_substitution_that_is_not_there(
        "on ${Bus}",
        "on ${Buss}",
        "watch.asl.yaml:11: `${Buss}` is no key of the DefinitionSubstitutions of `Watch`, so that AWS leaves it as it stands: did you mean `Bus`?"
    )]
    #[case::a_tag("${Check}", "!GetAtt A.Arn", "watch.asl.yaml:6: `Fn::GetAtt` is a function of CloudFormation")]
    #[case::no_yaml("Type: Wait", "Type: [", "watch.asl.yaml:")]
    fn a_fault_in_the_file_of_a_template_has_its_line(#[case] there: &str, #[case] instead: &str, #[case] said: &str) {
        let error =
            read("template.yaml#Watch", TEMPLATE, &WATCH.replace(there, instead), &["CheckStatusFunction"]).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }

    #[test]
    fn json_has_its_lines_as_well() {
        let watch = "{\"StartAt\": \"A\", \"States\": {\n  \"A\": {\n    \"Type\": \"Pass\",\n    \"Ends\": true\n}}}";
        let error = read("watch.asl.json", watch, "", &[]).unwrap_err().to_string();
        assert!(error.contains("watch.asl.json:4: the state `A` has a field `Ends`"), "{error}");
    }

    #[test]
    fn a_file_is_found_whose_name_has_a_hash() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a#b.yaml");
        fs::write(&file, "StartAt: A\nStates: {A: {Type: Succeed}}\n").unwrap();
        assert!(Definition::read(&file, &[]).is_ok());
    }
}
