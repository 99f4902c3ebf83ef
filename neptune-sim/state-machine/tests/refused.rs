//! What AWS refuses when a state machine is made: each rule is broken once in a machine that is right.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use neptune_state_machine::Definition;
use rstest::rstest;
use serde_json::{Value, json};

/// A loop in JSONPath, with what such loops have.
fn watch() -> Value {
    json!({
        "Comment": "a loop", "StartAt": "Begin", "TimeoutSeconds": 3600,
        "States": {
            "Begin": {"Type": "Pass", "Result": {"count": 0}, "ResultPath": "$.polls", "Next": "Look"},
            "Look": {
                "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 30, "HeartbeatSeconds": 10,
                "Parameters": {"FunctionName": "look", "Payload": {"load_id.$": "$.load_id", "at.$": "States.Format('{}', $$.State.EnteredTime)"}},
                "ResultSelector": {"state.$": "$.Payload.state"}, "ResultPath": "$.load",
                "Retry": [
                    {"ErrorEquals": ["Lambda.TooManyRequestsException", "States.Timeout"], "IntervalSeconds": 2, "MaxAttempts": 6,
                        "BackoffRate": 2, "MaxDelaySeconds": 60, "JitterStrategy": "FULL"},
                    {"ErrorEquals": ["States.ALL"], "MaxAttempts": 0},
                ],
                "Catch": [{"ErrorEquals": ["Gone"], "Next": "Failed"}, {"ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "Failed"}],
                "Next": "Route",
            },
            "Route": {"Type": "Choice", "Default": "Failed", "Choices": [
                {"Variable": "$.load.state", "StringEquals": "pending", "Next": "Wait"},
                {"And": [
                    {"Variable": "$.load.state", "IsPresent": true},
                    {"Or": [{"Variable": "$.load.state", "StringEquals": "done"}, {"Not": {"Variable": "$.load.state", "StringMatches": "f*"}}]},
                ], "Next": "Each"},
            ]},
            "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Look"},
            "Each": {"Type": "Map", "ItemsPath": "$.parts", "MaxConcurrency": 2, "Next": "All", "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Part", "States": {"Part": {"Type": "Pass", "End": true}},
            }},
            "All": {"Type": "Parallel", "End": true, "Branches": [
                {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}},
                {"StartAt": "Two", "States": {"Two": {"Type": "Succeed"}}},
            ]},
            "Failed": {"Type": "Fail", "Error": "LoadFailed", "CausePath": "$.load.state"},
        },
    })
}

/// The same in JSONata.
fn watch_in_jsonata() -> Value {
    json!({
        "QueryLanguage": "JSONata", "StartAt": "Look",
        "States": {
            "Look": {
                "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": "{% $limit %}",
                "Arguments": {"FunctionName": "look", "Payload": "{% $states.input %}"},
                "Assign": {"state": "{% $states.result.Payload.state %}"}, "Output": {"ok": true}, "Next": "Route",
            },
            "Route": {"Type": "Choice", "Default": "Failed", "Choices": [
                {"Condition": "{% $state = 'pending' %}", "Next": "Wait", "Assign": {"polls": "{% $polls + 1 %}"}},
                {"Condition": true, "Next": "Done"},
            ]},
            "Wait": {"Type": "Wait", "Seconds": "{% $seconds %}", "Next": "Look"},
            "Done": {"Type": "Succeed", "Output": "{% $state %}"},
            "Failed": {"Type": "Fail", "Error": "LoadFailed", "Cause": "{% $state %}"},
        },
    })
}

/// The one thing that is wrong with it: nothing that follows from it is said beside.
fn said(machine: &Value) -> String {
    let error = Definition::parse(&machine.to_string(), &["look"]).unwrap_err();
    assert_eq!((error.faults.len(), error.more), (1, 0), "{error}");
    error.to_string()
}

#[test]
fn machines_that_are_right_are_read() {
    for machine in [watch(), watch_in_jsonata()] {
        Definition::parse(&machine.to_string(), &["look"]).unwrap();
    }
}

/// A machine in which the value at this place is another one; `null` takes it away.
fn broken(mut machine: Value, place: &str, value: Value) -> Value {
    let (parent, key) = place.rsplit_once('/').unwrap();
    match machine.pointer_mut(parent).unwrap() {
        Value::Array(elements) => match key.parse::<usize>() {
            Ok(number) => elements[number] = value,
            Err(_) => elements.push(value),
        },
        Value::Object(fields) if value.is_null() => {
            fields.shift_remove(key).unwrap();
        }
        fields => fields[key] = value,
    }
    machine
}

#[rstest]
// Where states lead
#[case::a_start("/StartAt", json!("begin"), "the StartAt of the machine names `begin`, which is not one of its States: did you mean `Begin`?")]
#[case::a_next("/States/Wait/Next", json!("Lok"), "the state `Wait` leads to `Lok`, which is not one of the States beside it: did you mean `Look`?")]
#[case::a_default("/States/Route/Default", json!("X"), "the state `Route` leads to `X`, which is not one of the States")]
#[case::a_rule("/States/Route/Choices/0/Next", json!("X"), "the state `Route` leads to `X`, which is not one of the States")]
#[case::a_catch("/States/Look/Catch/1/Next", json!("Part"), "the state `Look` leads to `Part`, which is not one of the States")]
#[case::out_of_a_branch("/States/All/Branches/0/States/One", json!({"Type": "Pass", "Next": "Failed"}), "the state `One` leads to `Failed`, which is not one of the States")]
#[case::never_reached("/States/Lost", json!({"Type": "Succeed"}), "the state `Lost` is never reached: no Next, Default or Catch leads there")]
#[case::reached_by_itself("/States/Lost", json!({"Type": "Pass", "Next": "Lost"}), "the state `Lost` is never reached")]
#[case::no_end("/States/All/Branches/0/States/One", json!({"Type": "Pass", "Next": "One"}), "the machine inside the state `All` has no end")]
#[case::neither_next_nor_end("/States/Wait/Next", Value::Null, "the state `Wait` has neither a Next nor `\"End\": true`")]
#[case::next_and_end("/States/Wait/End", json!(true), "the state `Wait` has both a Next and `\"End\": true`")]
#[case::end_as_a_text("/States/All/End", json!("true"), "the state `All` has in its `End` `true`, where AWS takes true or false, without quotes")]
#[case::a_next_of_a_choice("/States/Route/Next", json!("Wait"), "the state `Route` is a Choice, which has no field `Next`: Pass, Task, Wait, Parallel, Map have")]
#[case::an_end_of_a_choice("/States/Route/End", json!(true), "the state `Route` is a Choice, which has no field `End`")]
#[case::a_next_of_a_fail("/States/Failed/Next", json!("Wait"), "the state `Failed` is a Fail, which has no field `Next`")]
#[case::a_branch_without_a_start(
    "/States/All/Branches/0/StartAt",
    Value::Null,
    "the machine inside the state `All` needs a StartAt"
)]
#[case::a_start_of_a_map("/States/Each/ItemProcessor/StartAt", json!("X"), "the StartAt of the machine inside the state `Each` names `X`")]
// Names
#[case::a_name_twice("/States/All/Branches/1/States/Part", json!({"Type": "Succeed"}), "two states have the name `Part`, one in the machine inside the state `Each` and one in the machine inside the state `All`")]
#[case::a_long_name(&format!("/States/{}", "x".repeat(81)), json!({"Type": "Succeed"}), "has 81 characters, where AWS takes 1 to 80")]
#[case::no_type("/States/Wait/Type", Value::Null, "the state `Wait` has no Type: it is one of Pass, Task, ")]
#[case::a_type("/States/Wait/Type", json!("wait"), "the state `Wait` has the Type `wait`, which does not exist: did you mean `Wait`?")]
#[case::a_far_type("/States/Wait/Type", json!("Sleep"), "the state `Wait` has the Type `Sleep`, which does not exist: they are Pass, ")]
#[case::a_state_that_is_none("/States/Wait", json!("Wait"), "the state `Wait` is no object")]
// Fields
#[case::a_field("/States/Look/TimeoutSecond", json!(3), "the state `Look` has a field `TimeoutSecond`: did you mean `TimeoutSeconds`?")]
#[case::a_lower_case("/States/Wait/seconds", json!(3), "the state `Wait` has a field `seconds`: did you mean `Seconds`?")]
#[case::a_far_field("/States/Wait/Colour", json!(3), "the state `Wait` has a field `Colour`, which is not known here and which no engine runs")]
#[case::of_another_type("/States/Wait/Retry", json!([]), "the state `Wait` is a Wait, which has no field `Retry`: Task, Parallel, Map have")]
#[case::of_the_machine("/states", json!({}), "the machine has a field `states`: did you mean `States`?")]
#[case::two_times("/States/Wait/Timestamp", json!("2030-01-01T00:00:00Z"), "the state `Wait` has both `Seconds` and `Timestamp`: leave out one of them")]
#[case::no_time("/States/Wait/Seconds", Value::Null, "the state `Wait` does not say how long it waits")]
#[case::a_cause_and_a_path("/States/Failed/Cause", json!("x"), "the state `Failed` has both `Cause` and `CausePath`")]
#[case::a_value_and_a_path("/States/Look/TimeoutSecondsPath", json!("$.t"), "the state `Look` has both `TimeoutSeconds` and `TimeoutSecondsPath`")]
#[case::no_rules("/States/Route/Choices", json!([]), "the state `Route` is a Choice without a rule")]
#[case::no_branches("/States/All/Branches", Value::Null, "the state `All` is a Parallel without `Branches`")]
#[case::no_processor("/States/Each/ItemProcessor", Value::Null, "the state `Each` is a Map without an `ItemProcessor`")]
#[case::a_mode("/States/Each/ItemProcessor/ProcessorConfig", json!({"Mode": "Inline"}), "the state `Each` has in its `Mode` \"Inline\", where AWS takes `INLINE` or `DISTRIBUTED`")]
#[case::no_execution_type("/States/Each/ItemProcessor/ProcessorConfig", json!({"Mode": "DISTRIBUTED"}), "without an `ExecutionType`")]
#[case::no_resource("/States/Look/Resource", Value::Null, "the state `Look` is a Task without a `Resource`")]
#[case::a_name_for_an_arn("/States/Look/Resource", json!("look"), "the state `Look` has the Resource `look`, which is no ARN")]
#[case::no_function(
    "/States/Look/Parameters/FunctionName",
    Value::Null,
    "the state `Look` calls a function, and does not say which: its `Parameters` needs a `FunctionName`"
)]
#[case::a_parameter("/States/Look/Parameters/Paylod.$", json!("$"), "the state `Look` has in its `Parameters` a field `Paylod.$`, which Lambda does not take: did you mean `Payload`?")]
// Values
#[case::a_text("/States/Wait/Seconds", json!("30"), "the state `Wait` has in its `Seconds` a text, where AWS takes a number: write the number itself, without quotes")]
#[case::a_value_that_is_not_known("/States/Wait/Seconds", json!("${WaitSeconds}"), "the state `Wait` has in its `Seconds` `${WaitSeconds}`, whose value nothing here knows, where AWS takes a number")]
#[case::a_number("/States/Failed/Error", json!(7), "the state `Failed` has in its `Error` a number, true or false, where AWS takes a text: write it in quotes")]
#[case::a_fraction("/States/Wait/Seconds", json!(1.5), "the state `Wait` has in its `Seconds` `1.5`, where AWS takes a whole number from 0 to 99999999")]
#[case::negative("/States/Wait/Seconds", json!(-1), "`-1`, where AWS takes a whole number from 0 to 99999999")]
#[case::too_long("/States/Wait/Seconds", json!(100_000_000), "`100000000`, where AWS takes a whole number from 0 to 99999999")]
#[case::no_timeout("/States/Look/TimeoutSeconds", json!(0), "the state `Look` has in its `TimeoutSeconds` `0`, where AWS takes a whole number from 1 to 99999999")]
#[case::no_timeout_of_the_machine("/TimeoutSeconds", json!(0), "the machine has the TimeoutSeconds 0, where AWS takes a whole number from 1 to 99999999")]
#[case::a_truth("/States/Look/TimeoutSeconds", json!(true), "`true`, where AWS takes a whole number")]
#[case::a_long_heartbeat("/States/Look/HeartbeatSeconds", json!(30), "the state `Look` has 30 HeartbeatSeconds, which have to be less than its 30 TimeoutSeconds")]
#[case::concurrency("/States/Each/MaxConcurrency", json!(-1), "`-1`, where AWS takes a whole number from 0 on")]
#[case::a_time("/States/Wait", json!({"Type": "Wait", "Timestamp": "tomorrow", "Next": "Look"}), "`tomorrow`, where AWS takes a time such as `2030-01-31T12:00:00Z`")]
#[case::a_path("/States/Look/ResultPath", json!("load"), "the state `Look` has in its `ResultPath` `load`, which is not a path: a path begins with `$`")]
#[case::a_broken_path("/States/Each/ItemsPath", json!("$.parts["), "the path `$.parts[`, whose brackets or quotes do not end")]
#[case::a_template("/States/Look/Parameters/Payload/load_id.$", json!("load_id"), "the state `Look` has in its `Parameters`, `load_id.$`, `load_id`, which is neither a path nor an intrinsic function")]
#[case::an_intrinsic("/States/Look/Parameters/Payload/at.$", json!("States.Formt('{}')"), "the intrinsic function `States.Formt`, which does not exist: did you mean `States.Format`?")]
// Retry and Catch
#[case::all_not_last("/States/Look/Retry/-", json!({"ErrorEquals": ["Other"]}), "the state `Look` has `States.ALL` in rule 2 of its `Retry` that is not the last")]
#[case::all_not_alone("/States/Look/Catch/1/ErrorEquals", json!(["States.ALL", "Other"]), "the state `Look` has `States.ALL` in rule 2 of its `Catch` together with other names")]
#[case::no_names("/States/Look/Retry/0/ErrorEquals", json!([]), "the state `Look` has in rule 1 of its `Retry` no `ErrorEquals`")]
#[case::no_list_of_names("/States/Look/Retry/0/ErrorEquals", json!("States.ALL"), "the state `Look` has in rule 1 of its `Retry`, `ErrorEquals`, `States.ALL`, where AWS takes a list")]
#[case::a_name_of_aws("/States/Look/Retry/0/ErrorEquals", json!(["States.Timeot"]), "the name `States.Timeot`, which AWS gives to no error: did you mean `States.Timeout`?")]
#[case::no_interval("/States/Look/Retry/0/IntervalSeconds", json!(0), "in rule 1 of its `Retry`, `IntervalSeconds`, `0`, where AWS takes a whole number from 1")]
#[case::attempts("/States/Look/Retry/0/MaxAttempts", json!(-1), "`MaxAttempts`, `-1`, where AWS takes a whole number from 0")]
#[case::a_rate("/States/Look/Retry/0/BackoffRate", json!(0.5), "`BackoffRate`, `0.5`, where AWS takes a number from 1.0 on")]
#[case::a_delay("/States/Look/Retry/0/MaxDelaySeconds", json!(31_622_400), "`MaxDelaySeconds`, `31622400`, where AWS takes a whole number from 1 to 31622399")]
#[case::a_jitter("/States/Look/Retry/0/JitterStrategy", json!("HALF"), "`JitterStrategy`, \"HALF\", where AWS takes `FULL` or `NONE`")]
#[case::a_field_of_a_retry("/States/Look/Retry/0/MaxAttempt", json!(3), "has in rule 1 of its `Retry` a field `MaxAttempt`, which does not exist: did you mean `MaxAttempts`?")]
#[case::no_next_of_a_catch("/States/Look/Catch/0/Next", Value::Null, "the state `Look` has no `Next` in rule 1 of its `Catch`")]
// Choices
#[case::a_comparison("/States/Route/Choices/0", json!({"Variable": "$.a", "StringEqual": "x", "Next": "Wait"}), "the state `Route` has in rule 1 of its `Choices` a field `StringEqual`, which is no comparison: did you mean `StringEquals`?")]
#[case::two_comparisons("/States/Route/Choices/0/IsString", json!(true), "has both `StringEquals` and `IsString` in rule 1 of its `Choices`: join them with an `And`")]
#[case::no_comparison("/States/Route/Choices/0/StringEquals", Value::Null, "has no comparison in rule 1 of its `Choices`")]
#[case::no_variable(
    "/States/Route/Choices/0/Variable",
    Value::Null,
    "has in rule 1 of its `Choices` a `StringEquals` without a `Variable`"
)]
#[case::a_variable("/States/Route/Choices/0/Variable", json!("load.state"), "in rule 1 of its `Choices`, `Variable`, `load.state`, which is not a path")]
#[case::a_value("/States/Route/Choices/1/And/0/IsPresent", json!("true"), "in rule 2 of its `Choices`, `IsPresent`, `true`, where AWS takes true or false, without quotes")]
#[case::an_inner_next("/States/Route/Choices/1/And/0/Next", json!("Wait"), "has in rule 2 of its `Choices` a `Next` inside an `And`")]
#[case::an_empty_and("/States/Route/Choices/1/And", json!([]), "has in rule 2 of its `Choices` an `And` without rules")]
#[case::no_next_of_a_rule(
    "/States/Route/Choices/0/Next",
    Value::Null,
    "the state `Route` has no `Next` in rule 1 of its `Choices`"
)]
// Languages
#[case::arguments("/States/Look/Arguments", json!({}), "the state `Look` has a field `Arguments`, which only JSONata has, and the query language of the state is JSONPath: write `Parameters`")]
#[case::an_expression("/States/Wait/Seconds", json!("{% $s %}"), "the state `Wait` has in its `Seconds` an expression in JSONata, and the query language of the state is JSONPath")]
#[case::a_condition("/States/Route/Choices/0/Condition", json!("{% true %}"), "a `Condition`, which only JSONata has")]
#[case::a_language("/QueryLanguage", json!("Jsonata"), "the machine has the QueryLanguage \"Jsonata\": AWS knows `JSONPath` and `JSONata`")]
fn a_machine_that_breaks_a_rule_is_refused(#[case] place: &str, #[case] value: Value, #[case] message: &str) {
    let text = said(&broken(watch(), place, value));
    assert!(text.contains(message), "{text}");
}

#[rstest]
#[case::parameters("/States/Look/Parameters", json!({}), "the state `Look` has a field `Parameters`, which only JSONPath has, and the query language of the state is JSONata: write `Arguments`")]
#[case::a_path("/States/Wait/SecondsPath", json!("$.s"), "the state `Wait` has a field `SecondsPath`, which only JSONPath has")]
#[case::a_comparison("/States/Route/Choices/0/Variable", json!("$.s"), "has in rule 1 of its `Choices` a field `Variable`, which only JSONPath has")]
#[case::no_expression("/States/Route/Choices/0/Condition", json!("$state = 'pending'"), "has in rule 1 of its `Choices` a `Condition` that is no expression: write it between `{%` and `%}`")]
#[case::no_condition("/States/Route/Choices/0/Condition", Value::Null, "has no `Condition` in rule 1 of its `Choices`")]
#[case::no_end("/States/Wait/Seconds", json!("{% $seconds"), "an expression that begins with `{%` and does not end with `%}`")]
#[case::a_text("/States/Wait/Seconds", json!("30"), "the state `Wait` has in its `Seconds` a text, where AWS takes a number")]
#[case::negative("/States/Wait/Seconds", json!(-30), "`-30`, where AWS takes a whole number")]
#[case::a_result_in_a_choice("/States/Route/Choices/0/Condition", json!("{% $states.result.Payload.state = 'pending' %}"),
    "the state `Route` reads `$states.result` where it is not: only `Assign` and `Output` of a Task")]
#[case::a_result_before_the_call("/States/Look/Arguments/Payload", json!({"a": ["{% $states.result %}"]}), "the state `Look` reads `$states.result` where it is not")]
#[case::a_result_in_a_catch("/States/Look/Catch", json!([{"ErrorEquals": ["E"], "Next": "Failed", "Output": "{% $states.result %}"}]), "`Look` reads `$states.result`")]
#[case::an_error_in_a_fail("/States/Failed/Cause", json!("{% $states.errorOutput.Cause %}"), "the state `Failed` reads `$states.errorOutput` where it is not: only `Assign` and `Output` of a Catch")]
#[case::an_error_behind_a_text("/States/Failed/Cause", json!("{% 'it\\'s ' & $states.errorOutput.Cause %}"), "`Failed` reads `$states.errorOutput`")]
fn a_machine_in_jsonata_that_breaks_a_rule_is_refused(#[case] place: &str, #[case] value: Value, #[case] message: &str) {
    let text = said(&broken(watch_in_jsonata(), place, value));
    assert!(text.contains(message), "{text}");
}

/// A variable belongs to the machine that assigns it.
#[rstest]
#[case::a_map("/States/Each/ItemProcessor/States/Part/Assign", json!({"polls": 1}), "the state `Part` assigns the variable `polls`, and so does a machine round its own")]
#[case::a_value_that_is_worked_out("/States/Each/ItemProcessor/States/Part/Assign", json!({"polls.$": "$"}), "the state `Part` assigns the variable `polls`")]
#[case::a_branch("/States/All/Branches/1/States/Two", json!({"Type": "Pass", "Assign": {"polls": 1}, "End": true}), "the state `Two` assigns the variable `polls`")]
#[case::a_catch("/States/All/Branches/1/States/Two", json!({"Type": "Task", "Resource": "${look}", "End": true,
    "Catch": [{"ErrorEquals": ["E"], "Next": "Two", "Assign": {"polls": 1}}]}), "the state `Two` assigns the variable `polls`")]
#[case::a_name("/States/Begin/Assign", json!({"polls": 0, "load.state": "x"}), "the state `Begin` has in its `Assign` the variable `load.state`, which is a part of one")]
#[case::an_element("/States/Begin/Assign", json!({"x[0].$": "$.a"}), "the variable `x[0]`, which is a part of one")]
#[case::a_dollar("/States/Begin/Assign", json!({"$polls": 0}), "the variable `$polls`, whose name is written without the `$`: `polls`")]
#[case::a_minus("/States/Begin/Assign", json!({"load-id": 0}), "the variable `load-id`, whose name is none: it has letters")]
#[case::a_digit("/States/Begin/Assign", json!({"2nd": 0}), "the variable `2nd`, whose name is none")]
#[case::of_aws("/States/Begin/Assign", json!({"states": 0}), "the variable `states`, whose name AWS keeps for `$states`")]
#[case::a_long_name("/States/Begin/Assign", json!({"x".repeat(81): 0}), "whose name has 81 characters, where AWS takes 80 at most")]
#[case::of_a_rule("/States/Look/Catch/0/Assign", json!({"a b": 0}), "the state `Look` has in rule 1 of its `Catch`, `Assign`, the variable `a b`, whose name is none")]
#[case::no_object("/States/Begin/Assign", json!(["polls"]), "the state `Begin` has in its `Assign` no object")]
#[case::a_result("/States/Look/ResultPath", json!("$load.x"), "the state `Look` has in its `ResultPath` `$load.x`, which is no place in the input of the state")]
#[case::a_result_in_the_context("/States/Look/ResultPath", json!("$$.State"), "`$$.State`, which is no place in the input")]
fn a_variable_that_breaks_a_rule_is_refused(#[case] place: &str, #[case] value: Value, #[case] message: &str) {
    let mut machine = watch();
    machine["States"]["Begin"]["Assign"] = json!({"polls": 0});
    let text = said(&broken(machine, place, value));
    assert!(text.contains(message), "{text}");
}

/// Two machines beside each other have their own variables, and a name may have letters of any language.
#[test]
fn variables_of_machines_beside_each_other_may_have_one_name() {
    let mut machine = watch();
    machine["States"]["Each"]["ItemProcessor"]["States"]["Part"]["Assign"] = json!({"größe_2": 1});
    machine["States"]["All"]["Branches"][0]["States"]["One"]["Assign"] = json!({"größe_2.$": "$.a"});
    Definition::parse(&machine.to_string(), &["look"]).unwrap();
}

#[rstest]
#[case::in_an_output("/States/Look/Output", json!({"state": "{% $states.result.Payload.state %}"}))]
#[case::in_a_catch("/States/Look/Catch", json!([{"ErrorEquals": ["E"], "Next": "Failed", "Assign": {"state": "{% $states.errorOutput.Error %}"}}]))]
#[case::in_a_text("/States/Failed/Cause", json!("{% 'no $states.result, \\' and $states.errorOutput' & \"'$states.result\" %}"))]
#[case::another_name("/States/Failed/Cause", json!("{% $states.results %}"))]
fn what_is_there_may_be_read_in_jsonata(#[case] place: &str, #[case] value: Value) {
    Definition::parse(&broken(watch_in_jsonata(), place, value).to_string(), &["look"]).unwrap();
}

/// AWS documents no rule for these.
#[rstest]
#[case::a_delay_below_the_interval("/States/Look/Retry/0/MaxDelaySeconds", json!(1))]
#[case::an_end_that_is_false("/States/Wait/End", json!(false))]
#[case::an_end_of_a_fail("/States/Failed/End", json!(true))]
#[case::a_field_with_the_name_of_another("/States/Look/Parameters/Payload/Next", json!(5))]
fn what_no_rule_forbids_is_taken(#[case] place: &str, #[case] value: Value) {
    Definition::parse(&broken(watch(), place, value).to_string(), &["look"]).unwrap();
}

/// Whether AWS looks beyond that is not known.
#[test]
fn a_state_that_another_leads_to_counts_as_reached() {
    let mut machine = watch();
    machine["States"]["Lost"] = json!({"Type": "Pass", "Next": "Found"});
    machine["States"]["Found"] = json!({"Type": "Pass", "Next": "Lost"});
    Definition::parse(&machine.to_string(), &["look"]).unwrap();
}

#[test]
fn what_is_quoted_is_cut_and_cannot_command_the_terminal() {
    let text = said(&broken(watch(), "/States/Wait/Next", json!(format!("\u{1b}]0;x\u{7}{}", "y".repeat(5000)))));
    assert!(text.len() < 1020 && !text.contains(['\u{1b}', '\u{7}']), "{text}");
}

#[test]
fn a_fault_deep_in_a_machine_has_its_own_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("watch.asl.json");
    for (place, value, line) in [
        ("/States/Look/Retry/0/BackoffRate", json!(0.5), "\"BackoffRate\": 0.5"),
        ("/States/Route/Choices/1/And/0/IsPresent", json!(1), "\"IsPresent\": 1"),
        ("/States/All/Branches/1/States/Two/Type", json!("X"), "\"Type\": \"X\""),
    ] {
        let text = serde_json::to_string_pretty(&broken(watch(), place, value)).unwrap();
        std::fs::write(&file, &text).unwrap();
        let error = Definition::read(&file, &["look"]).unwrap_err();
        let wanted = text.lines().position(|text| text.contains(line)).unwrap() + 1;
        assert_eq!(error.faults[0].line, Some(wanted), "{error}");
    }
}
