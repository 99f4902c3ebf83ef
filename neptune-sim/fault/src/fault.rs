//! A fault as a file or the control API says it: which requests it is for, when, and what it does.

use neptune_text::DURATION_PATTERN;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::effect::Effect;

/// How many faults a cluster has at most. Every request is held against each.
pub const FAULT_LIMIT: usize = 256;

/// A fault: which requests it is for, and what it does to them. Of several faults that would fire at a request, the first
/// one does; it uses up no turn of those behind it.
///
/// Times are simulated ones, `250ms`, `1.5s`, `2m`, and count from the moment at which the fault is added.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Fault {
    /// What log and reports call it. Default: the name of the ready-made fault, or what it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A ready-made fault instead of `does`; `neptune-sim faults` lists them. `on`, `from` and `chance` may narrow it.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub ready: Option<String>,
    /// Which requests it is for. Everything must fit. Default: every request.
    #[serde(skip_serializing_if = "Target::is_everything")]
    pub on: Target,
    /// From when on. Default `0s`: at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = DURATION_PATTERN, "examples" = ["5s"]))]
    pub from: Option<String>,
    /// Until when, that moment not included. Default: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = DURATION_PATTERN, "examples" = ["5s"]))]
    pub until: Option<String>,
    /// For how long after it first fired. Default: for ever.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = DURATION_PATTERN, "examples" = ["5s"]))]
    pub lasts: Option<String>,
    /// At how many of the requests that fit it fires before it lets some pass. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub fail: Option<u64>,
    /// How many it then lets pass, before it fires at `fail` more, and so on. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub pass: Option<u64>,
    /// How likely it fires at a request that fits, 0 to 1; the cluster's seed decides. Default 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub chance: Option<f64>,
    /// How long the client waits before it fires. Default `0s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = DURATION_PATTERN, "examples" = ["5s"]))]
    pub after: Option<String>,
    /// Whose time `after` and `slow_body` take. Default `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<FaultClock>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub does: Option<Effect>,
    /// Whether it may never fire. Default false: the run of a scenario reports it if it never fired.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// Which requests a fault is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Target {
    /// What the request asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<FaultOperation>,
    /// The load that it names, in path or query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<String>,
    /// Which of the requests that fit so far, from 1: `3`, or `"2..4"`, or `"2.."`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Numbers>,
    /// Which client call of those that fit so far, from 1. The requests of one call share an `amz-sdk-invocation-id`; a request without one
    /// is a call of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<Numbers>,
    /// Which attempt of its client call, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<Numbers>,
    /// The client call with this `amz-sdk-invocation-id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invocation: Option<String>,
}

impl Target {
    /// Whether every request is meant.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultOperation {
    /// `POST /loader`
    Start,
    /// `GET /loader/{id}`, or with `loadId`
    Status,
    /// `GET /loader`
    List,
    /// `DELETE /loader/{id}`, or with `loadId`
    Cancel,
    /// `GET /status`
    EngineStatus,
}

/// A number or a range of numbers, both ends included: `3`, `"2..4"`, `"2.."`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a number from 1 on, `3`, or a range, `\"2..4\"` or `\"2..\"`")]
pub enum Numbers {
    /// This one.
    One(#[schemars(range(min = 1))] u64),
    /// A range as a text.
    Range(String),
}

/// Whose time a delay takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FaultClock {
    /// The cluster's: on a manual clock the client waits until the clock is moved.
    #[default]
    Cluster,
    /// The machine's.
    Wall,
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    #[rstest]
    #[case::a_blip(json!({"on": {"operation": "status", "load": "x", "request": 1}, "does": {"error": "InternalFailureException"}}))]
    #[case::with_text(json!({"does": {"error": {"code": "BadRequestException", "message": "m", "http": 400}}}))]
    #[case::a_gateway(json!({"fail": 2, "pass": 1, "does": {"gateway": 502}}))]
    #[case::an_empty_gateway(json!({"does": {"gateway": {"http": 503, "body": "empty"}}}))]
    #[case::a_redirect(json!({"does": {"answer": {"http": 302, "headers": {"location": "http://elsewhere/"}}}}))]
    #[case::null(json!({"does": {"answer": {"http": 200, "json": null}}}))]
    #[case::a_reset(json!({"chance": 0.5, "does": "reset"}))]
    #[case::a_slow_answer(json!({"after": "5s", "clock": "wall", "does": "delay"}))]
    #[case::a_window(json!({"from": "5s", "until": "10s", "does": "refuse"}))]
    #[case::a_range(json!({"on": {"call": 2, "attempt": "1..2"}, "for": "1m", "does": {"shape": "list"}}))]
    #[case::tls(json!({"does": {"tls": "expired"}}))]
    #[case::ready_made(json!({"use": "failover", "from": "3s", "optional": true}))]
    fn a_fault_reads_back_as_itself(#[case] written: Value) {
        let fault: Fault = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(fault).unwrap(), written);
    }

    #[rstest]
    #[case::a_slip(json!({"doess": "reset"}), "unknown field `doess`")]
    #[case::an_unknown_effect(json!({"does": "explode"}), "unknown variant `explode`")]
    #[case::an_unknown_target(json!({"on": {"loads": "x"}}), "unknown field `loads`")]
    fn a_wrong_fault_is_explained(#[case] written: Value, #[case] message: &str) {
        let error = serde_json::from_value::<Fault>(written).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}
