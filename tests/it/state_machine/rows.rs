//! What was seen where an engine differs from AWS: one small machine for each row of ENGINES.md.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A difference, as a machine that shows it.
pub(super) struct Row {
    /// What is written, in Markdown.
    pub(super) construct: &'static str,
    pub(super) machine: Value,
    pub(super) input: Value,
    /// What AWS does: an output, or the name of an error; and how that is known.
    pub(super) aws: (&'static str, Known),
    /// The same of moto, as it is driven here.
    pub(super) moto: &'static str,
    pub(super) node: &'static str,
    /// What to write so that all agree.
    pub(super) instead: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// AWS's documentation says so.
    Documented,
    /// The specification of the States language says so.
    Specified,
    /// It follows from either, and neither says it.
    Inferred,
}

impl Known {
    fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Specified => "specified",
            Self::Inferred => "inferred",
        }
    }
}

use Known::{Documented, Inferred, Specified};

fn row(
    construct: &'static str,
    machine: Value,
    input: Value,
    aws: (&'static str, Known),
    engines: [&'static str; 2],
    instead: &'static str,
) -> Row {
    let [moto, node] = engines;
    Row { construct, machine, input, aws, moto, node, instead }
}

/// A machine of one state.
fn one(state: &Value) -> Value {
    let mut state = state.clone();
    state["End"] = json!(true);
    json!({"StartAt": "One", "States": {"One": state}})
}

fn pass(parameters: &Value) -> Value {
    one(&json!({"Type": "Pass", "Parameters": parameters}))
}

fn format(expression: &str) -> Value {
    pass(&json!({"r.$": expression}))
}

/// A machine before which a Pass assigns the variable `x`.
fn assigned(mut machine: Value) -> Value {
    machine["States"]["Begin"] = json!({"Type": "Pass", "Assign": {"x": {"a": 1}}, "Next": machine["StartAt"]});
    machine["StartAt"] = json!("Begin");
    machine
}

/// A Choice whose rule leads to `"yes"`, and whose Default to `"no"`.
fn choice(rule: &Value) -> Value {
    let mut rule = rule.clone();
    rule["Next"] = json!("Yes");
    let says = |word: &str| json!({"Type": "Pass", "Result": word, "End": true});
    let choose = json!({"Type": "Choice", "Choices": [rule], "Default": "No"});
    json!({"StartAt": "Choose", "States": {"Choose": choose, "Yes": says("yes"), "No": says("no")}})
}

fn of(variable: &str, operator: &str, value: Value) -> Value {
    let mut rule = json!({"Variable": variable});
    rule[operator] = value;
    choice(&rule)
}

pub(super) fn rows() -> Vec<Row> {
    [choices(), times(), texts(), paths(), variables_and_jsonata(), errors()].into_iter().flatten().collect()
}

fn choices() -> Vec<Row> {
    vec![
        row(
            "`IsPresent: false` on a field that is not there",
            of("$.v", "IsPresent", json!(false)),
            json!({}),
            ("\"yes\"", Documented),
            ["\"yes\"", "\"no\""],
            "`Not` round `IsPresent: true`",
        ),
        row(
            "`IsString: false` on a number",
            of("$.v", "IsString", json!(false)),
            json!({"v": 1}),
            ("\"yes\"", Specified),
            ["\"yes\"", "\"no\""],
            "`Not` round `IsString: true`; the same for the other `Is…`",
        ),
        row(
            "`StringMatches` with an escaped star: `a\\\\*b`",
            of("$.v", "StringMatches", json!("a\\*b")),
            json!({"v": "a*b"}),
            ("\"yes\"", Specified),
            ["\"no\"", "\"yes\""],
            "`StringEquals`",
        ),
        row(
            "`StringMatches` with brackets: `a[bc]d`",
            of("$.v", "StringMatches", json!("a[bc]d")),
            json!({"v": "abd"}),
            ("\"no\"", Specified),
            ["\"yes\"", "\"no\""],
            "`StringEquals`",
        ),
        row(
            "`StringMatches` with a question mark: `a?b`",
            of("$.v", "StringMatches", json!("a?b")),
            json!({"v": "a.b"}),
            ("\"no\"", Specified),
            ["\"yes\"", "\"yes\""],
            "`StringEquals`",
        ),
        row(
            "a comparison with the context: `StringEqualsPath: $$.State.Name`",
            of("$.v", "StringEqualsPath", json!("$$.State.Name")),
            json!({"v": "Choose"}),
            ("\"yes\"", Documented),
            ["States.Runtime", "States.Runtime"],
            "the value in a field, by a Pass before (moto), or a literal",
        ),
    ]
}

fn times() -> Vec<Row> {
    let at = |operator: &str, limit: &str| of("$.v", operator, json!(limit));
    vec![
        row(
            "`TimestampEquals` over two time zones",
            at("TimestampEquals", "2024-01-01T00:00:00Z"),
            json!({"v": "2024-01-01T01:00:00+01:00"}),
            ("\"yes\"", Specified),
            ["\"no\"", "\"yes\""],
            "times in UTC, with whole seconds and `Z`",
        ),
        row(
            "`TimestampLessThan` with a fraction in the rule",
            at("TimestampLessThan", "2024-01-01T00:00:00.500Z"),
            json!({"v": "2024-01-01T00:00:00Z"}),
            ("\"yes\"", Specified),
            ["States.Runtime", "\"yes\""],
            "whole seconds",
        ),
        row(
            "`TimestampLessThan` with a fraction in the data",
            at("TimestampLessThan", "2024-01-02T00:00:00Z"),
            json!({"v": "2024-01-01T00:00:00.500Z"}),
            ("\"yes\"", Specified),
            ["\"no\"", "\"yes\""],
            "whole seconds",
        ),
        row(
            "`NumericGreaterThan` of a text: `\"2\"` and 1",
            of("$.v", "NumericGreaterThan", json!(1)),
            json!({"v": "2"}),
            ("\"no\"", Specified),
            ["\"no\"", "\"yes\""],
            "`IsNumeric` in an `And` with the comparison",
        ),
        row(
            "`NumericLessThan` of null and 1",
            of("$.v", "NumericLessThan", json!(1)),
            json!({"v": null}),
            ("\"no\"", Specified),
            ["\"no\"", "\"yes\""],
            "`IsNumeric` in an `And` with the comparison",
        ),
        row(
            "a deadline on the clock of the context: `$$.State.EnteredTime`",
            of("$$.State.EnteredTime", "TimestampGreaterThan", json!("2024-01-01T00:00:00Z")),
            json!({}),
            ("\"yes\"", Documented),
            ["\"no\"", "States.Runtime"],
            "a count of polls, or `TimeoutSeconds` of the machine",
        ),
        row(
            "Wait until a time with an offset: `TimestampPath`",
            one(&json!({"Type": "Wait", "TimestampPath": "$.t"})),
            json!({"t": "2020-01-01T00:00:00+02:00"}),
            ("{\"t\":\"2020-01-01T00:00:00+02:00\"}", Specified),
            ["States.Runtime", "{\"t\":\"2020-01-01T00:00:00+02:00\"}"],
            "`Z`",
        ),
    ]
}

fn texts() -> Vec<Row> {
    vec![
        row(
            "`States.Format` with escaped braces",
            format("States.Format('\\{\\} {}', 1)"),
            json!({}),
            ("{\"r\":\"{} 1\"}", Documented),
            ["States.Runtime", "{\"r\":\"{} 1\"}"],
            "braces in an argument",
        ),
        row(
            "`States.Format` with an escaped apostrophe",
            format("States.Format('it\\'s {}', 1)"),
            json!({}),
            ("{\"r\":\"it's 1\"}", Documented),
            [r#"{"r":"it\\\\"}"#, "{\"r\":\"it's 1\"}"],
            "another sign",
        ),
        row(
            "`States.StringSplit` at several signs: `.+,=`",
            format("States.StringSplit('This.is+a,test=string', '.+,=')"),
            json!({}),
            ("{\"r\":[\"This\",\"is\",\"a\",\"test\",\"string\"]}", Documented),
            ["{\"r\":[\"This\",\"is\",\"a\",\"test\",\"string\"]}", "{\"r\":[\"This.is+a,test=string\"]}"],
            "one sign",
        ),
        row(
            "`States.ArrayContains` of `true` in `[1]`",
            format("States.ArrayContains($.x, true)"),
            json!({"x": [1]}),
            ("{\"r\":false}", Inferred),
            ["{\"r\":true}", "{\"r\":false}"],
            "a list of one kind of values",
        ),
        row(
            "`States.ArrayUnique` of `[1, true]`",
            format("States.ArrayUnique($.x)"),
            json!({"x": [1, true]}),
            ("{\"r\":[1,true]}", Inferred),
            ["{\"r\":[1]}", "{\"r\":[1,true]}"],
            "a list of one kind of values",
        ),
        row(
            "`States.Array` with `null`",
            format("States.Array('a', null)"),
            json!({}),
            ("{\"r\":[\"a\",null]}", Specified),
            ["{\"r\":[\"a\"]}", "{\"r\":[\"a\",null]}"],
            "`null` from a path",
        ),
        row(
            "`States.MathAdd` to a fraction",
            format("States.MathAdd($.x, 1)"),
            json!({"x": 1.5}),
            ("integers only", Documented),
            ["{\"r\":3}", "{\"r\":2.5}"],
            "whole numbers",
        ),
        row(
            "`States.Base64Encode` of a letter beyond ASCII",
            format("States.Base64Encode($.x)"),
            json!({"x": "ü"}),
            ("{\"r\":\"w7w=\"}", Inferred),
            ["States.Runtime", "{\"r\":\"/A==\"}"],
            "ASCII",
        ),
        row(
            "a whole number beyond 2^53",
            one(&json!({"Type": "Pass"})),
            json!({"n": 9_007_199_254_740_993_u64}),
            ("{\"n\":9007199254740993}", Inferred),
            ["{\"n\":9007199254740993}", "{\"n\":9007199254740992}"],
            "a text",
        ),
    ]
}

fn paths() -> Vec<Row> {
    let path = |path: &str| one(&json!({"Type": "Pass", "InputPath": path}));
    vec![
        row(
            "a wildcard over an empty list: `$.a[*].b`",
            path("$.a[*].b"),
            json!({"a": []}),
            ("[]", Inferred),
            ["[]", "States.Runtime"],
            "a Choice on the length before",
        ),
        row(
            "a filter that fits nothing: `$.a[?(@.s == 'q')]`",
            path("$.a[?(@.s == 'q')]"),
            json!({"a": [{"s": "p"}]}),
            ("[]", Inferred),
            ["States.Runtime", "States.Runtime"],
            "a function",
        ),
        row(
            "the last element: `$.a[-1]`",
            path("$.a[-1]"),
            json!({"a": [1, 2, 3]}),
            ("3", Inferred),
            ["3", "States.Runtime"],
            "a function",
        ),
        row(
            "the name of the execution: `$$.Execution.Name`",
            pass(&json!({"n.$": "$$.Execution.Name"})),
            json!({}),
            ("{\"n\":\"run-1\"}", Documented),
            ["{\"n\":\"run-1\"}", "{\"n\":\"run-1\"}"],
            "as it is: both drivers fill it in",
        ),
        row(
            "the name of the state: `$$.State.Name`",
            pass(&json!({"n.$": "$$.State.Name"})),
            json!({}),
            ("{\"n\":\"One\"}", Documented),
            ["{\"n\":\"One\"}", "States.Runtime"],
            "a literal",
        ),
    ]
}

fn variables_and_jsonata() -> Vec<Row> {
    vec![
        row(
            "JSONata",
            json!({"QueryLanguage": "JSONata", "StartAt": "One", "States": {"One": {"Type": "Pass", "Output": {"x": "{% 1 + 1 %}"}, "End": true}}}),
            json!({}),
            ("{\"x\":2}", Documented),
            ["{\"x\":2}", "refused"],
            "moto; the package alone would ignore it, so the driver refuses the machine",
        ),
        row(
            "a JSONata expression that fails",
            json!({"QueryLanguage": "JSONata", "StartAt": "One", "States": {"One": {"Type": "Pass", "Output": "{% 'a' + 1 %}", "End": true}}}),
            json!({}),
            ("States.QueryEvaluationError", Documented),
            ["States.QueryEvaluationError", "refused"],
            "as it is. (moto alone calls it States.Runtime; the driver sets that right)",
        ),
        row(
            "`Assign`",
            json!({"StartAt": "One", "States": {"One": {"Type": "Pass", "Assign": {"x.$": "$.a"}, "Next": "Two"}, "Two": {"Type": "Pass", "Parameters": {"y.$": "$x"}, "End": true}}}),
            json!({"a": 1}),
            ("{\"y\":1}", Documented),
            ["{\"y\":1}", "refused"],
            "moto; the driver for Node refuses the machine",
        ),
        row(
            "`Assign` in a rule of a Choice in JSONPath",
            json!({"StartAt": "One", "States": {"One": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Assign": {"x.$": "$.a"}, "Next": "Two"}], "Default": "Two"}, "Two": {"Type": "Pass", "Parameters": {"y.$": "$x"}, "End": true}}}),
            json!({"a": 1}),
            ("{\"y\":1}", Documented),
            ["States.Runtime", "refused"],
            "a Pass with the `Assign` behind the rule",
        ),
        row(
            "a path to a variable that no state has assigned: `$x`",
            pass(&json!({"y.$": "$x"})),
            json!({}),
            ("States.Runtime", Inferred),
            ["States.Runtime", "States.Runtime"],
            "a Pass before that assigns it. (moto alone gives `null`; the driver sets that right)",
        ),
        row(
            "a path to what a variable does not have: `$x.nope`",
            assigned(pass(&json!({"y.$": "$x.nope"}))),
            json!({}),
            ("States.Runtime", Inferred),
            ["States.Runtime", "refused"],
            "a Choice with `IsPresent` before. (moto alone gives `null`; the driver sets that right)",
        ),
        row(
            "`IsPresent` on what a variable does not have: `$x.nope`",
            assigned(choice(&json!({"Variable": "$x.nope", "IsPresent": true}))),
            json!({}),
            ("\"no\"", Inferred),
            ["\"no\"", "refused"],
            "as it is. (moto alone takes it for present; the driver sets that right)",
        ),
        row(
            "JSONata: a number of 16 digits in a text",
            json!({"QueryLanguage": "JSONata", "StartAt": "One", "States": {"One": {"Type": "Pass", "Output": "{% 'part-' & $states.input.n %}", "End": true}}}),
            json!({"n": 1_234_567_890_123_456_i64}),
            ("\"part-1234567890123460\"", Inferred),
            ["\"part-1.23456789012346e+15\"", "refused"],
            "a text in place of the number",
        ),
        row(
            "JSONata: `$distinct` of equal texts",
            json!({"QueryLanguage": "JSONata", "StartAt": "One", "States": {"One": {"Type": "Pass", "Output": "{% $distinct($states.input.keys) %}", "End": true}}}),
            json!({"keys": ["a", "a"]}),
            ("[\"a\"]", Inferred),
            ["\"a\"", "refused"],
            "`[` and `]` around it",
        ),
    ]
}

fn errors() -> Vec<Row> {
    let fail = |more: Value| {
        let mut state = more;
        state["Type"] = json!("Fail");
        json!({"StartAt": "One", "States": {"One": state}})
    };
    let catching = |parameters: &Value| {
        let call = json!({
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "End": true,
        });
        json!({"StartAt": "Call", "States": {"Call": call, "Caught": {"Type": "Pass", "Result": "caught", "End": true}}})
    };
    vec![
        row(
            "a Fail without Error and Cause",
            fail(json!({})),
            json!({}),
            ("no name", Documented),
            ["no name", "FailStateError"],
            "an Error",
        ),
        row(
            "a Fail whose `CausePath` is a function",
            fail(json!({"Error": "E", "CausePath": "States.Format('no {}', $.c)"})),
            json!({"c": 1}),
            ("E", Documented),
            ["E", "States.Runtime"],
            "a Pass before, then `$.cause`",
        ),
        row(
            "a Task whose Parameters name a field that is not there, and `Catch` for `States.ALL`",
            catching(&json!({"FunctionName": "${Function}", "Payload.$": "$.nope"})),
            json!({}),
            ("States.Runtime", Documented),
            ["States.Runtime", "States.Runtime"],
            "a Choice with `IsPresent` before. (moto alone catches it; the driver sets that right)",
        ),
        row(
            "a Choice on a field that is not there",
            of("$.v", "StringEquals", json!("x")),
            json!({}),
            ("States.Runtime", Documented),
            ["States.Runtime", "States.Runtime"],
            "`And` with `IsPresent` first. (moto alone takes the Default; the driver sets that right)",
        ),
        row(
            "a Choice without Default that fits nothing",
            json!({"StartAt": "Choose", "States": {"Choose": {"Type": "Choice", "Choices": [{"Variable": "$.v", "StringEquals": "x", "Next": "Yes"}]}, "Yes": {"Type": "Succeed"}}}),
            json!({"v": "y"}),
            ("States.NoChoiceMatched", Documented),
            ["States.NoChoiceMatched", "States.NoChoiceMatched"],
            "a Default. (moto alone calls it States.Runtime; the driver sets that right)",
        ),
        row(
            "a Fail that passes on `States.Timeout` by `ErrorPath`",
            fail(json!({"ErrorPath": "$.e"})),
            json!({"e": "States.Timeout"}),
            ("States.Timeout", Inferred),
            ["States.Timeout", "States.Timeout"],
            "as it is. (moto alone fails with States.Runtime; the driver sets that right)",
        ),
        row(
            "a state that is called `Default`",
            json!({"StartAt": "Default", "States": {"Default": {"Type": "Succeed"}}}),
            json!({}),
            ("{}", Inferred),
            ["{}", "refused"],
            "another name",
        ),
    ]
}

/// The table of ENGINES.md.
pub(super) fn table() -> String {
    let mut table = String::from(
        "| construct | AWS | moto 5.2.5 | aws-local-stepfunctions 3.0.0 | what to write |\n|---|---|---|---|---|\n",
    );
    for Row { construct, aws: (says, known), moto, node, instead, .. } in rows() {
        let engine = |seen: &str| if seen == says { "as AWS".to_owned() } else { format!("**`{seen}`**") };
        let (moto, node, known) = (engine(moto), engine(node), known.word());
        writeln!(table, "| {construct} | `{says}` ({known}) | {moto} | {node} | {instead} |")
            .expect("a String takes every text");
    }
    table
}
