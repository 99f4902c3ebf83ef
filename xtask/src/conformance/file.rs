//! The file of cases: where they come from, a digest that shows whether one was lost or changed by hand, and one case in each line.

use std::fmt::Write;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};

use super::derive::derive;
use super::model::Model;
use super::source::Source;
use crate::digest::sha256;

/// The file that a model gives.
pub(super) fn text(source: &Source) -> Result<String> {
    let model = Model::read(&source.text)?;
    let derived = derive(&model)?;
    let provenance = json!({
        "service": model.metadata.service_id,
        "version": model.metadata.api_version,
        "botocore": source.botocore,
        "sha256": sha256(&source.text),
    });
    let digest = sha256(serde_json::to_string(&derived)?.as_bytes());
    let sections =
        [("operations", lines(&derived.operations)?), ("cases", lines(&derived.cases)?), ("errors", lines(&derived.errors)?)];
    let mut text = format!("{{\n  \"model\": {provenance},\n  \"digest\": \"{digest}\"");
    for (name, lines) in sections {
        write!(text, ",\n  \"{name}\": [\n{lines}\n  ]")?;
    }
    Ok(text + "\n}\n")
}

/// What the file says, wherever that comes from; null if it is no such file.
pub(super) fn facts(text: &str) -> Value {
    let file: Value = serde_json::from_str(text).unwrap_or_default();
    json!([file["operations"], file["cases"], file["errors"], file["digest"]])
}

/// The release of botocore that the file comes from.
pub(super) fn botocore(text: &str) -> Option<String> {
    let file: Value = serde_json::from_str(text).unwrap_or_default();
    file["model"]["botocore"].as_str().map(str::to_owned)
}

fn lines(values: &[impl Serialize]) -> Result<String> {
    let lines: Result<Vec<_>, _> = values.iter().map(|value| Ok(format!("    {}", serde_json::to_string(value)?))).collect();
    lines.map(|lines: Vec<String>| lines.join(",\n"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// A service with the five operations, of which one has this input and this output.
    fn source(input: &Value, output: &Value, more_shapes: &Value) -> Source {
        let http = json!({"method": "GET", "requestUri": "/loader", "responseCode": 200});
        let empty = |name: &str| json!({"name": name, "http": http, "documentation": "AWS's own words"});
        let mut operations = json!({});
        for name in ["StartLoaderJob", "GetLoaderJobStatus", "ListLoaderJobs", "CancelLoaderJob", "GetEngineStatus"] {
            operations[name] = empty(name);
        }
        operations["ListLoaderJobs"]["input"] = json!({"shape": "In"});
        operations["ListLoaderJobs"]["output"] = json!({"shape": "Out"});
        operations["ListLoaderJobs"]["errors"] = json!([{"shape": "OddException"}]);
        let odd = json!({"type": "structure", "members": {}, "required": ["code"], "error": {"httpStatusCode": 418},
            "exception": true, "retryable": {"throttling": false}});
        let mut shapes = json!({"In": input, "Out": output, "OddException": odd, "Text": {"type": "string"}});
        shapes.as_object_mut().unwrap().extend(more_shapes.as_object().unwrap().clone());
        let metadata = json!({"apiVersion": "2023-08-01", "serviceId": "neptunedata"});
        let model = json!({"metadata": metadata, "operations": operations, "shapes": shapes});
        Source { botocore: Some("1.2.3".to_owned()), text: model.to_string().into_bytes() }
    }

    fn structure(members: &Value) -> Value {
        json!({"type": "structure", "members": members})
    }

    /// The cases of an input with one required query parameter of this shape.
    fn cases_of(shape: &Value) -> Result<Vec<String>> {
        let mut input = structure(&json!({"aName": {"shape": "S", "location": "querystring", "locationName": "onTheWire"}}));
        input["required"] = json!(["aName"]);
        let text = text(&source(&input, &structure(&json!({})), &json!({"S": shape})))?;
        let file: Value = serde_json::from_str(&text)?;
        let cases = file["cases"].as_array().unwrap().iter().filter(|case| case["member"] == "onTheWire");
        Ok(cases.map(|case| format!("{} {}", case["check"].as_str().unwrap(), case["value"])).collect())
    }

    #[rstest]
    #[case::bounded(json!({"type": "integer", "min": 1, "max": 100}),
        &["requires null", r#"takes "1""#, r#"takes "100""#, r#"refuses "0""#, r#"refuses "101""#, r#"refuses "no-such-word""#])]
    #[case::enumerated(json!({"type": "string", "enum": ["A", "B"]}),
        &["requires null", r#"takes "A""#, r#"takes "B""#, r#"refuses "no-such-word""#])]
    #[case::free(json!({"type": "string"}), &["requires null", "takes null"])]
    fn a_parameter_gives_cases_by_its_wire_name(#[case] shape: Value, #[case] cases: &[&str]) {
        assert_eq!(cases_of(&shape).unwrap(), cases);
    }

    #[rstest]
    #[case::new_property(json!({"type": "string", "pattern": "a+"}), "shape S has something that no case is derived from")]
    #[case::bounded_text(json!({"type": "string", "min": 1}), "shape S bounds a string")]
    fn what_nothing_is_derived_from_is_an_error(#[case] shape: Value, #[case] message: &str) {
        let error = cases_of(&shape).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }

    #[test]
    fn answers_are_followed_into_their_structures() {
        let inner = structure(&json!({"ids": {"shape": "List"}}));
        let more = json!({"Inner": inner, "List": {"type": "list", "member": {"shape": "Text"}}});
        let output = structure(&json!({"payload": {"shape": "Inner"}}));
        let text = text(&source(&structure(&json!({})), &output, &more)).unwrap();
        assert!(text.contains(r#""check":"answers","member":"payload.ids","type":"list of string""#), "{text}");
    }

    #[test]
    fn an_exception_keeps_its_status_and_trait() {
        let empty = structure(&json!({}));
        let text = text(&source(&empty, &empty, &json!({}))).unwrap();
        assert_eq!(
            text.matches(r#""code":"OddException","http":418,"retryable":true,"members":["code"]"#).count(),
            2,
            "{text}"
        );
        assert!(!text.contains("own words"), "the model's text stays where it is: {text}");
    }

    #[test]
    fn another_release_with_the_same_facts_makes_no_difference() {
        let empty = structure(&json!({}));
        let [old, new] = [Some("1.2.3"), Some("1.2.4")].map(|botocore| {
            let source = Source { botocore: botocore.map(str::to_owned), ..source(&empty, &empty, &json!({})) };
            text(&source).unwrap()
        });
        assert_eq!((botocore(&old).as_deref(), botocore(&new).as_deref()), (Some("1.2.3"), Some("1.2.4")));
        assert!(old != new && facts(&old) == facts(&new));
        assert_ne!(facts(&old), facts(&old.replace("418", "419")));
    }
}
