//! What a template names: it has to be there, and what is not known here is said.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::fs;

use neptune_state_machine::{Definition, DefinitionError};
use rstest::rstest;

/// A template of SAM whose machine is written as data, with what stands in place of the function's ARN, of the bus and of the wait.
fn inline(arn: &str, bus: &str, rest: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31
Parameters:
  Seconds: {{Type: Number, Default: 30}}
  BusName: {{Type: String}}
Resources:
  LookFunction: {{Type: AWS::Serverless::Function, Properties: {{AutoPublishAlias: live}}}}
  LookAlias: {{Type: AWS::Lambda::Alias, Properties: {{FunctionName: !Ref LookFunction, Name: live}}}}
  Bus: {{Type: AWS::Events::EventBus}}
  Watch:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: Look
        States:
          Look:
            Type: Task
            Resource: arn:aws:states:::lambda:invoke
            Parameters:
              FunctionName: {arn}
            Next: Tell
          Tell:
            Type: Pass
            Comment: {bus}
            End: true
{rest}"
    )
}

fn read(template: &str, definition: &str) -> Result<String, DefinitionError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("template.yaml");
    fs::write(&file, template).unwrap();
    fs::write(folder.path().join("watch.asl.json"), definition).unwrap();
    Definition::read(&file, &["LookFunction"]).map(|definition| definition.to_string())
}

/// Without the folder, which has another name each time.
fn said(error: &DefinitionError) -> String {
    let text = error.to_string();
    text.rsplit_once("/template.yaml").or_else(|| text.rsplit_once("/watch")).map_or(text.clone(), |(_, said)| said.to_owned())
}

#[rstest]
#[case::an_attribute("!GetAtt LookFunction.Arn")]
#[case::a_name("!Ref LookFunction")]
#[case::in_a_text("!Sub \"${LookFunction.Arn}:live\"")]
#[case::in_an_arn("!Sub \"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${LookFunction}\"")]
#[case::an_alias("!Ref LookAlias")]
#[case::the_alias_that_sam_makes("!Ref LookFunction.Alias")]
#[case::its_name("!Ref LookFunctionAliaslive")]
fn what_is_there_names_the_function(#[case] arn: &str) {
    let definition = read(&inline(arn, "!Ref Bus", ""), "").unwrap();
    let is_called = definition.contains("LookFunction\"") || definition.contains("LookFunction:live\"");
    assert!(is_called && definition.contains("\"Comment\":\"Bus\""), "{definition}");
}

#[rstest]
#[case::a_resource(
    "!GetAtt LokFunction.Arn",
    "!Ref Bus",
    ":19: the state machine `Watch`: the template has no resource `LokFunction`: did you mean `LookFunction`?"
)]
#[case::a_far_one(
    "!GetAtt Other.Arn",
    "!Ref Bus",
    ":19: the state machine `Watch`: the template has no resource `Other`: correct the name, or add what it names"
)]
#[case::in_a_sub(
    "!Sub \"${LokFunction.Arn}\"",
    "!Ref Bus",
    ":19: the state machine `Watch`: the template has no resource `LokFunction`"
)]
#[case::a_name(
    "!GetAtt LookFunction.Arn",
    "!Ref Buss",
    ":23: the state machine `Watch`: the template has no resource and no parameter `Buss`: did you mean `Bus`?"
)]
#[case::a_parameter(
    "!GetAtt LookFunction.Arn",
    "!Ref BusNam",
    "the template has no resource and no parameter `BusNam`: did you mean `BusName`?"
)]
#[case::inside_a_join(
    "!GetAtt LookFunction.Arn",
    "!Join [\"\", [a, !Ref Buss]]",
    ":23: the state machine `Watch`: the template has no resource and no parameter `Buss`"
)]
#[case::in_a_function_that_is_not_worked_out(
    "!GetAtt LookFunction.Arn",
    "!If [C, !Ref Buss, b]",
    "the template has no resource and no parameter `Buss`"
)]
#[case::a_pseudo_parameter(
    "!GetAtt LookFunction.Arn",
    "!Ref AWS::Regoin",
    ":23: the state machine `Watch`: CloudFormation has no pseudo parameter `AWS::Regoin`: did you mean `AWS::Region`?"
)]
#[case::another_pseudo_parameter(
    "!GetAtt LookFunction.Arn",
    "!Sub \"${AWS::Foo}\"",
    "CloudFormation has no pseudo parameter `AWS::Foo`: they are AWS::AccountId, "
)]
#[case::no_value_in_a_text(
    "!GetAtt LookFunction.Arn",
    "!Sub \"${AWS::NoValue}\"",
    "`AWS::NoValue` is no text, and here one is needed: leave it out"
)]
#[case::an_attribute(
    "!GetAtt LookFunction.ARN",
    "!Ref Bus",
    ":19: the state machine `Watch`: the function `LookFunction` has no attribute `ARN`: did you mean `LookFunction.Arn`?"
)]
#[case::no_attribute(
    "!GetAtt LookFunction",
    "!Ref Bus",
    "`Fn::GetAtt` needs the name of a resource and an attribute of it: `LookFunction.Arn`"
)]
#[case::an_attribute_of_a_parameter("!GetAtt BusName.Arn", "!Ref Bus", "`BusName` is a parameter, which has no attributes")]
#[case::without_sub(
    "\"${LookFunction.Arn}\"",
    "!Ref Bus",
    ":19: `${LookFunction.Arn}` is no key of the DefinitionSubstitutions of `Watch`, so that AWS leaves it as it stands: add the key, with the value that it stands for, or let `Fn::Sub` (`!Sub`) replace it"
)]
#[case::a_dynamic_reference(
    "'{{resolve:ssm:/look/arn}}'",
    "!Ref Bus",
    ":19: the state machine `Watch`: `{{resolve:ssm:/look/arn}}` is read when the template is deployed, and nothing here knows it"
)]
#[case::a_function("!ImportValue look", "!Ref Bus", ":19: the state machine `Watch`: `Fn::ImportValue` is not worked out here")]
fn what_is_not_there_is_refused_with_its_line(#[case] arn: &str, #[case] bus: &str, #[case] message: &str) {
    let error = said(&read(&inline(arn, bus, ""), "").unwrap_err());
    assert!(error.starts_with(message) || !message.starts_with(':') && error.contains(message), "{error}");
}

fn lines(error: &DefinitionError) -> Vec<String> {
    error.faults.iter().map(|fault| format!("{}: {}", fault.line.unwrap_or_default(), fault.problem)).collect()
}

#[test]
fn all_faults_of_a_template_are_said_in_the_order_of_their_lines() {
    let rest = "      Type: EXPRESS
      DefinitionSubstitutions:
        A: !Ref Buss
        B: !ImportValue b
        C: !GetAtt LokFunction.Arn
";
    let template = inline("!GetAtt LokFunction.Arn", "!Sub \"${Buss} ${LookFunction} ${AWS::Regoin}\"", rest);
    let said = lines(&read(&template, "").unwrap_err());
    let begins = [
        "19: the state machine `Watch`: the template has no resource `LokFunction`: did you mean `LookFunction`?",
        "23: the state machine `Watch`: the template has no resource and no parameter `Buss`: did you mean `Bus`?",
        "23: the state machine `Watch`: CloudFormation has no pseudo parameter `AWS::Regoin`",
        "25: the state machine `Watch`: it is of the type EXPRESS",
        "27: the state machine `Watch`: the key `A` of its DefinitionSubstitutions: the template has no resource and no parameter `Buss`",
        "29: the state machine `Watch`: the key `C` of its DefinitionSubstitutions: the template has no resource `LokFunction`",
    ];
    assert_eq!(said.len(), begins.len(), "{said:#?}");
    for (said, begins) in said.iter().zip(begins) {
        assert!(said.starts_with(begins), "{said}");
    }
}

#[rstest]
#[case::in_data(&inline("\"${LookArn}\"", "\"${Bus} and ${Buss}\"", ""), "", &[19, 23, 23])]
#[case::in_a_file(&beside("        Other: 5\n"), WATCH, &[4, 5])]
fn all_substitutions_without_a_key_are_said(#[case] template: &str, #[case] definition: &str, #[case] at: &[usize]) {
    let error = read(template, definition).unwrap_err();
    let found: Vec<_> = error.faults.iter().filter_map(|fault| fault.line).collect();
    assert_eq!(found, at, "{error}");
    assert!(lines(&error).iter().all(|said| said.contains("is no key of the DefinitionSubstitutions")), "{error}");
}

/// Of a template that names thousands of resources that it does not have, beside thousands that are near to them.
#[test]
fn of_a_template_full_of_faults_100_are_looked_into() {
    let of_all = |write: fn(usize) -> String| (0..9000).map(write).collect::<Vec<_>>().join("\n");
    let names = of_all(|number| format!("${{Resource{number:05}x}}")).replace('\n', " ");
    let resources = of_all(|number| format!("  Resource{number:05}: {{Type: X}}"));
    let error = read(&inline("!GetAtt LookFunction.Arn", &format!("!Sub \"{names}\""), &resources), "").unwrap_err();
    assert_eq!((error.faults.len(), error.more), (20, 80));
}

#[rstest]
#[case::a_macro("Transform: [AWS::Serverless-2016-10-31, TeamMacro]")]
#[case::a_loop("Transform: AWS::LanguageExtensions")]
fn what_a_macro_may_make_is_not_called_missing(#[case] transform: &str) {
    let loops = if transform.contains("Extensions") { "  Fn::ForEach::Functions: [N, [A], {}]\n" } else { "" };
    let template =
        inline("!GetAtt LookFunction.Arn", "!Ref MadeTopic", loops).replace("Transform: AWS::Serverless-2016-10-31", transform);
    assert!(read(&template, "").unwrap().contains("\"Comment\":\"MadeTopic\""));
}

/// A machine whose definition is in a file, with these substitutions.
fn beside(substitutions: &str) -> String {
    let machine = inline("X", "X", "");
    let (before, _) = machine.split_once("      Definition:").unwrap();
    format!("{before}      DefinitionUri: watch.asl.json\n      DefinitionSubstitutions:\n{substitutions}")
}

const WATCH: &str = r#"{
  "StartAt": "Look",
  "States": {
    "Look": {"Type": "Task", "Resource": "${LookArn}", "Next": "W"},
    "W": {"Type": "Wait", "Seconds": ${Seconds}, "End": true}
  }
}"#;

#[rstest]
#[case::all("        LookArn: !GetAtt LookFunction.Arn\n        Seconds: !Ref Seconds\n", "function:LookFunction\"")]
#[case::one_that_is_not_used(
    "        LookArn: !GetAtt LookFunction.Arn\n        Seconds: 5\n        More: x\n",
    "\"Seconds\":5"
)]
fn the_keys_of_the_substitutions_are_replaced(#[case] substitutions: &str, #[case] seen: &str) {
    let definition = read(&beside(substitutions), WATCH).unwrap();
    assert!(definition.contains(seen), "{definition}");
}

/// `--function LookArn=…` gives it then.
#[test]
fn a_value_that_is_known_at_the_deployment_stands_for_its_key() {
    let substitutions = "        LookFunctionArn: '{{resolve:ssm:/look}}'\n        Seconds: 5\n";
    let definition = read(&beside(substitutions), &WATCH.replace("LookArn", "LookFunctionArn")).unwrap();
    assert!(definition.contains("function:LookFunction\""), "{definition}");
}

#[rstest]
#[case::a_parameter_without_a_default(
    "        LookArn: !GetAtt LookFunction.Arn\n        Seconds: !Ref BusName\n",
    ".asl.json:5: nothing here knows the value of `BusName`, which does not stand inside a text: give the parameter a `Default`"
)]
#[case::a_key_that_is_missing(
    "        LookArn: !GetAtt LookFunction.Arn\n        Second: 5\n",
    ".asl.json:5: `${Seconds}` is no key of the DefinitionSubstitutions of `Watch`, so that AWS leaves it as it stands: did you mean `Second`?"
)]
#[case::a_far_key(
    "        Seconds: 5\n",
    ".asl.json:4: `${LookArn}` is no key of the DefinitionSubstitutions of `Watch`, so that AWS leaves it as it stands: add the key, with the value that it stands for"
)]
#[case::no_value("        LookArn: !Ref AWS::NoValue\n        Seconds: 5\n", ".asl.json:4: `${LookArn}` is no key")]
#[case::a_resource(
    "        LookArn: !GetAtt LokFunction.Arn\n        Seconds: 5\n",
    ":14: the state machine `Watch`: the key `LookArn` of its DefinitionSubstitutions: the template has no resource `LokFunction`: did you mean `LookFunction`?"
)]
fn what_is_wrong_with_a_substitution_names_its_key(#[case] substitutions: &str, #[case] message: &str) {
    let error = said(&read(&beside(substitutions), WATCH).unwrap_err());
    assert!(error.starts_with(message), "{error}");
}

/// As a text in a template, whose line is the one in the file.
#[rstest]
#[case::a_reference(
    "${LookFunction.Arn}",
    "${LokFunction.Arn}",
    ":17: the state machine `Watch`: the template has no resource `LokFunction`"
)]
#[case::no_json("\"End\": true}", "\"End\" true}", ":18: it is not JSON: ")]
#[case::a_state("\"Next\": \"W\"", "\"Next\": \"V\"", ":17: the state `Look` leads to `V`")]
#[case::a_key_twice("\"Seconds\": 5", "\"Seconds\": 5, \"Seconds\": 6", ":18: the key `Seconds` stands twice in one object")]
#[case::a_placeholder(
    "\"Seconds\": 5",
    "\"Seconds\": 5, \"Comment\": \"${!Late}\"",
    ":18: `${Late}` is no key of the DefinitionSubstitutions of `Watch`"
)]
fn a_fault_in_a_text_has_its_line_in_the_template(#[case] there: &str, #[case] instead: &str, #[case] message: &str) {
    let machine = inline("X", "X", "");
    let (before, _) = machine.split_once("      Definition:").unwrap();
    let text = WATCH.replace("${LookArn}", "${LookFunction.Arn}").replace("${Seconds}", "5");
    let lines: String = text.lines().flat_map(|line| ["        ", line, "\n"]).collect();
    let template = |lines: &str| format!("{before}      DefinitionString: !Sub |\n\n{lines}");
    read(&template(&lines), "").unwrap();
    let error = said(&read(&template(&lines.replace(there, instead)), "").unwrap_err());
    assert!(error.starts_with(message), "{error}");
    // Of a text that is folded, the line of the whole is known.
    let folded = template(&lines.replace(there, instead)).replace("!Sub |\n\n", "!Sub >\n");
    let error = said(&read(&folded, "").unwrap_err());
    assert!(error.starts_with(":1"), "{error}");
}

/// A definition stands inside, and is not the file.
#[rstest]
#[case::serverless(
    "service: loads\nstepFunctions:\n  stateMachines:\n    watch:\n      definition: {StartAt: A}\n",
    ":2: it is a configuration of the Serverless Framework: give what stands below the `definition` of its state machine as a file of its own"
)]
#[case::described(
    "name: watch\ndefinition: '{\"StartAt\": \"A\"}'\n",
    ":2: it has a `definition`, as the answer of DescribeStateMachine has: give that text as a file of its own"
)]
fn a_file_with_a_definition_inside_is_refused_with_what_helps(#[case] file: &str, #[case] message: &str) {
    let error = said(&read(file, "").unwrap_err());
    assert!(error.starts_with(message), "{error}");
}

/// As the CDK writes it: a text of one line, in pieces.
#[test]
fn a_fault_in_a_text_of_one_line_has_the_line_of_the_text() {
    let machine = inline("X", "X", "");
    let (before, _) = machine.split_once("      Definition:").unwrap();
    let pieces = r#"["{\"StartAt\":\"Look\",\"States\":{\"Look\":{\"Type\":\"Task\",\"Resource\":\"", !GetAtt LookFunction.Arn, "\",\"Next\":\"V\"}}}"]"#;
    let error = said(&read(&format!("{before}      DefinitionString: !Join [\"\", {pieces}]\n"), "").unwrap_err());
    assert!(error.starts_with(":12: the state `Look` leads to `V`"), "{error}");
}
