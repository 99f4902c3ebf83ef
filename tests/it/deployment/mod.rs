//! The templates that deploy the functions: they agree with the definitions, the policies and the programs beside them.

mod linters;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use neptune_harness::project::root;
use rstest::rstest;
use serde_json::Value;

/// One for the functions that ask Neptune, one for those that check files.
const TEMPLATES: [&str; 2] = ["template", "check_files"];

fn template(name: &str) -> Value {
    let text = fs::read_to_string(root().join("handlers").join(name).with_extension("yaml")).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name} is no YAML: {error}"))
}

/// The properties of all resources of a type, by name.
fn resources<'a>(template: &'a Value, kind: &str) -> BTreeMap<&'a str, &'a Value> {
    let all = template["Resources"].as_object().unwrap().iter();
    all.filter(|(_, resource)| resource["Type"] == kind).map(|(name, resource)| (&**name, &resource["Properties"])).collect()
}

/// The same value with `{"Fn::Sub": text}` as the text, as the files of policies have it.
fn without_sub(json: &Value) -> Value {
    match json {
        Value::Object(fields) if fields.len() == 1 && fields.contains_key("Fn::Sub") => fields["Fn::Sub"].clone(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), without_sub(value))).collect(),
        Value::Array(items) => items.iter().map(without_sub).collect(),
        other => other.clone(),
    }
}

/// The policies of the template, by name.
fn policies(template: &Value) -> BTreeMap<String, Value> {
    let roles = resources(template, "AWS::IAM::Role").into_values().flat_map(|role| role["Policies"].as_array().unwrap());
    let own = roles.map(|policy| (policy["PolicyName"].as_str().unwrap().to_owned(), without_sub(&policy["PolicyDocument"])));
    let shared = resources(template, "AWS::IAM::ManagedPolicy").into_values();
    own.chain(shared.map(|policy| ("function_in_vpc".to_owned(), without_sub(&policy["PolicyDocument"])))).collect()
}

#[test]
fn the_templates_have_the_policies_that_are_there_as_files() {
    let files = fs::read_dir(root().join("handlers/policies")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.map(|file| {
        let policy = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        (file.file_stem().unwrap().to_str().unwrap().to_owned(), policy)
    });
    let in_templates: BTreeMap<_, _> = TEMPLATES.iter().flat_map(|name| policies(&template(name))).collect();
    assert_eq!(in_templates, files.collect::<BTreeMap<_, Value>>());
}

#[test]
fn each_function_may_do_what_it_does_and_no_more() {
    let template = template("template");
    let policies = policies(&template);
    let may = |name: &str| {
        let statements = policies[name]["Statement"].as_array().unwrap();
        let actions = statements.iter().flat_map(|statement| statement["Action"].as_array().unwrap());
        actions.map(|action| action.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let neptune = |actions: &[&str]| actions.iter().map(|action| format!("neptune-db:{action}")).collect::<BTreeSet<_>>();
    assert_eq!(may("check_bulk_load_status"), neptune(&["GetLoaderJobStatus"]));
    assert_eq!(may("get_load_status"), neptune(&["GetLoaderJobStatus", "ListLoaderJobs"]));
    assert_eq!(may("start_bulk_load"), neptune(&["GetLoaderJobStatus", "ListLoaderJobs", "StartLoaderJob"]));
    assert_eq!(may("state_machine"), BTreeSet::from(["events:PutEvents".to_owned(), "lambda:InvokeFunction".to_owned()]));
}

/// The time-outs of Tasks: a function that is killed by its own time-out raises no name.
#[rstest]
#[case::neptune("template", &[("check_bulk_load_status", 30), ("get_load_status", 30), ("start_bulk_load", 60)])]
#[case::files("check_files", &[("check_load_file", 900), ("merge_load_files", 900)])]
fn each_function_is_packed_and_ends_before_its_task(#[case] name: &str, #[case] tasks: &[(&str, u64)]) {
    let template = template(name);
    let general = &template["Globals"]["Function"];
    let functions = resources(&template, "AWS::Serverless::Function");
    assert_eq!(functions.len(), tasks.len());
    for (program, time_out) in tasks {
        let code = format!("../target/package/{program}.zip");
        let function = functions.values().find(|function| function["CodeUri"] == code).unwrap_or_else(|| panic!("{code}"));
        assert!(function["FunctionName"]["Fn::Sub"].as_str().unwrap().ends_with(program));
        assert!(root().join(format!("handlers/src/bin/{program}.rs")).exists(), "{program}");
        let own = function.get("Timeout").unwrap_or(&general["Timeout"]).as_u64().unwrap();
        assert!(own <= *time_out, "{program}: {own} s");
    }
}

#[rstest]
#[case::neptune("template", 4)]
#[case::files("check_files", 1)]
fn each_definition_is_filled_in(#[case] name: &str, #[case] count: usize) {
    let template = template(name);
    let machines = resources(&template, "AWS::Serverless::StateMachine");
    assert_eq!(machines.len(), count);
    for (name, machine) in machines {
        let file = machine["DefinitionUri"].as_str().unwrap();
        let text = fs::read_to_string(root().join("handlers").join(file)).unwrap();
        let named: BTreeSet<_> = text.split("${").skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
        let filled = machine["DefinitionSubstitutions"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(named, filled, "{name}");
        assert_eq!(machine["Type"], "STANDARD", "{name}: an Express workflow may run a start twice");
    }
}
