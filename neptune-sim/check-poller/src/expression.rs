//! What a poller says in its output, as the options `--success`, `--failure` and `--pending` read it.

use std::str::FromStr;

use serde_json::{Value, json};
use serde_json_path::JsonPath;

use crate::case::Outcome;

/// A comparison in JSONPath (RFC 9535), such as `$.status == "SUCCESS"`. `$` is the poller's output.
#[derive(Clone, Debug)]
pub struct Expression(JsonPath);

/// A text is no comparison.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is no comparison in JSONPath ({0}): write for example `$.status == \"SUCCESS\"` or `$.error && $.retryable != true`"
)]
pub struct ExpressionError(String);

impl FromStr for Expression {
    type Err = ExpressionError;

    /// The comparison is the filter of a query, in which `$` is the whole document.
    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        let query = JsonPath::parse(&format!("$[?({text})]"));
        query.map(Self).map_err(|error| ExpressionError(error.message().to_owned()))
    }
}

impl Expression {
    /// Whether it holds for a JSON object. It holds for no empty one.
    fn holds(&self, output: &Value) -> bool {
        !self.0.query(output).is_empty()
    }
}

/// What a poller that has exited says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// How the load has ended.
    Ended(Outcome),
    /// The load has not ended: ask again.
    Pending,
    /// Neither success nor failure.
    Nothing,
}

/// The expressions that read the output. Without any, the way in which the poller ended decides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expressions {
    pub(crate) success: Option<Expression>,
    pub(crate) failure: Option<Expression>,
    pub(crate) pending: Option<Expression>,
}

impl Expressions {
    /// What a command says that has exited with this code and this output.
    pub(crate) fn read_output(&self, exit_code: i32, stdout: &str) -> Said {
        let otherwise = if exit_code == 0 { Outcome::Success } else { Outcome::Failure };
        self.read(last_object(stdout).as_ref(), otherwise)
    }

    /// What a function says by its answer. An answer that is no object or list is read as `{"answer": …}`: JSONPath does not compare others.
    pub(crate) fn read_answer(&self, answer: &Value) -> Said {
        match answer {
            Value::Object(_) | Value::Array(_) => self.read(Some(answer), Outcome::Success),
            other => self.read(Some(&json!({"answer": other})), Outcome::Success),
        }
    }

    /// What a function says by an error. An error is a failure, unless it is one at which the caller tries again.
    pub(crate) fn read_error(&self, error: &Value) -> Said {
        match &self.pending {
            Some(pending) if pending.holds(error) => Said::Pending,
            _ => Said::Ended(Outcome::Failure),
        }
    }

    fn read(&self, output: Option<&Value>, otherwise: Outcome) -> Said {
        let holds = |expression: &Option<Expression>| match (expression, output) {
            (Some(expression), Some(output)) => expression.holds(output),
            _ => false,
        };
        if holds(&self.success) {
            return Said::Ended(Outcome::Success);
        }
        if holds(&self.failure) {
            return Said::Ended(Outcome::Failure);
        }
        if holds(&self.pending) {
            return Said::Pending;
        }
        match (&self.success, &self.failure) {
            (Some(_), Some(_)) => Said::Nothing,
            (Some(_), None) => Said::Ended(Outcome::Failure),
            _ => Said::Ended(otherwise),
        }
    }
}

/// The last line that is a JSON object, or all of the output if that is one.
fn last_object(stdout: &str) -> Option<Value> {
    let object = |text: &str| serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    let lines = stdout.lines().rev().filter(|line| line.trim_start().starts_with('{'));
    lines.into_iter().find_map(object).or_else(|| object(stdout))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn expressions(success: &str, failure: &str, pending: &str) -> Expressions {
        let read = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        Expressions { success: read(success), failure: read(failure), pending: read(pending) }
    }

    const SUCCESS: Said = Said::Ended(Outcome::Success);
    const FAILURE: Said = Said::Ended(Outcome::Failure);

    #[rstest]
    #[case::zero(0, SUCCESS)]
    #[case::one(1, FAILURE)]
    #[case::many(255, FAILURE)]
    fn without_expressions_the_exit_code_decides(#[case] code: i32, #[case] said: Said) {
        assert_eq!(expressions("", "", "").read_output(code, "{\"status\": \"FAILED\"}"), said);
    }

    #[rstest]
    #[case::success("{\"status\": \"SUCCESS\"}", SUCCESS)]
    #[case::failure("{\"status\": \"FAILED\"}\n", FAILURE)]
    #[case::pending("{\"status\": \"PENDING\"}", Said::Pending)]
    #[case::another_word("{\"status\": \"?\"}", Said::Nothing)]
    #[case::no_output("", Said::Nothing)]
    #[case::no_json("Traceback: {\n", Said::Nothing)]
    #[case::the_last_line("{\"status\": \"PENDING\"}\nnoise\n{\"status\": \"SUCCESS\"}\nbye", SUCCESS)]
    #[case::several_lines("{\n  \"status\": \"SUCCESS\"\n}\n", SUCCESS)]
    fn with_expressions_the_output_decides(#[case] stdout: &str, #[case] said: Said) {
        let expressions =
            expressions("$.status == 'SUCCESS'", "$.status == \"FAILED\"", "$.status == 'PENDING' || $.status == 'QUEUED'");
        assert_eq!(expressions.read_output(0, stdout), said);
    }

    #[rstest]
    #[case::success_alone("$.ok == true", "", "{\"ok\": false}", 0, FAILURE)]
    #[case::failure_alone("", "$.error", "{\"done\": 1}", 0, SUCCESS)]
    #[case::failure_alone_with_a_code("", "$.error", "", 1, FAILURE)]
    #[case::failure_holds("", "$.error", "{\"error\": null}", 0, FAILURE)]
    fn one_expression_leaves_the_rest_to_the_exit_code(
        #[case] success: &str,
        #[case] failure: &str,
        #[case] stdout: &str,
        #[case] code: i32,
        #[case] said: Said,
    ) {
        assert_eq!(expressions(success, failure, "").read_output(code, stdout), said);
    }

    #[rstest]
    #[case::success(json!({"status": "SUCCESS"}), SUCCESS)]
    #[case::failure(json!({"status": "FAILED"}), FAILURE)]
    #[case::pending(json!({"status": "PENDING"}), Said::Pending)]
    #[case::another_word(json!({"status": "?"}), Said::Nothing)]
    #[case::a_word_alone(json!("done"), SUCCESS)]
    #[case::an_element(json!([{"status": "?"}]), Said::Nothing)]
    fn an_answer_is_read_like_an_output(#[case] answer: Value, #[case] said: Said) {
        let success = "$.status == 'SUCCESS' || $.answer == 'done'";
        assert_eq!(expressions(success, "$.status == 'FAILED'", "$.status == 'PENDING'").read_answer(&answer), said);
        assert_eq!(expressions("", "", "").read_answer(&answer), SUCCESS, "any answer is a success without expressions");
    }

    #[rstest]
    #[case::failure("", FAILURE)]
    #[case::another_error("$.errorType == 'Throttled'", FAILURE)]
    #[case::tried_again("$.errorType == 'Unavailable'", Said::Pending)]
    fn an_error_is_a_failure_unless_the_caller_tries_again(#[case] pending: &str, #[case] said: Said) {
        let error = json!({"errorType": "Unavailable", "errorMessage": "no answer"});
        assert_eq!(expressions("$.status != 'FAILED'", "", pending).read_error(&error), said);
    }

    #[rstest]
    #[case::no_path("status == 'x'")]
    #[case::one_sign("$.status = 'x'")]
    #[case::nothing("")]
    #[case::more_than_one("$.a == 1][?$.b == 2")]
    fn what_is_no_comparison_is_refused(#[case] text: &str) {
        let error = text.parse::<Expression>().unwrap_err().to_string();
        assert!(error.contains("write for example"), "{error}");
    }
}
