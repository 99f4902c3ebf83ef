//! Faults: what goes wrong on the way between clients and a cluster, and for which requests.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::DURATION;

/// A fault: which requests it is for, and what it does to them. Of several that would strike a request, the first
/// one does; it uses up no turn of those behind it.
///
/// Times are simulated ones, `250ms`, `5s`, `2m`, and count from the moment at which the fault is put in.
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
    #[schemars(extend("pattern" = DURATION, "examples" = ["5s"]))]
    pub from: Option<String>,
    /// Until when, that moment not included. Default: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = DURATION, "examples" = ["5s"]))]
    pub until: Option<String>,
    /// For how long from its first strike on. Default: for ever.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = DURATION, "examples" = ["5s"]))]
    pub lasts: Option<String>,
    /// How many of the requests that fit it strikes before it lets some pass. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub fail: Option<u64>,
    /// How many it then lets pass, before it strikes `fail` more, and so on. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub pass: Option<u64>,
    /// How likely it strikes a request that fits, 0 to 1; the cluster's seed decides. Default 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub chance: Option<f64>,
    /// How long the client waits before it strikes. Default `0s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = DURATION, "examples" = ["5s"]))]
    pub after: Option<String>,
    /// Whose time `after` and `slow_body` take. Default `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<FaultClock>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub does: Option<Effect>,
    /// Whether it is fine if it never strikes. Default false: whoever runs the scenario is told.
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
    /// The cluster's: on a manual clock the client waits until somebody moves it.
    #[default]
    Cluster,
    /// The machine's.
    Wall,
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The answer is right, and comes late: goes with `after`.
    Delay,
    /// Neptune's answer is an error, in its envelope. The request is not executed.
    Error(ErrorAnswer),
    /// A gateway on the way answers with an error of its own. The request is not executed.
    Gateway(GatewayAnswer),
    /// This very answer, whatever was asked. The request is not executed.
    Answer(FaultAnswer),
    /// The connection is closed before anything is answered. The request is not executed.
    HangUp,
    /// The connection is reset (RST) before anything is answered. The request is not executed.
    Reset,
    /// The connection stays open, and nothing is ever answered. The request is not executed.
    BlackHole,
    /// Something that is not HTTP comes back, and over TLS something that is not TLS. The request is not executed.
    NotHttp,
    /// The instance behind the endpoint has become a read replica: starts and cancels are refused as a replica does. Other requests are none
    /// of its business.
    ReadOnly,
    /// The request is executed, and the connection reset instead of an answer.
    LostAnswer,
    /// The right answer breaks off within its body: the connection is closed.
    CutBody,
    /// The right answer breaks off within its body: the connection is reset.
    ResetBody,
    /// The head and half of the body come at once, and the rest after so long: `slow_body: 5s`.
    SlowBody(#[schemars(extend("pattern" = DURATION, "examples" = ["5s"]))] String),
    /// The answer has the right head and a body of random bytes that is neither JSON nor UTF-8.
    Garbage,
    /// The right answer under another content type: `content_type: text/html`.
    ContentType(String),
    /// The right answer with something wrong about its shape. Answers without that part stay as they are.
    Shape(Shape),
    /// The right answer in a body of at least so many bytes: white space is added to the JSON. At most 1 GiB.
    Padded(#[schemars(range(max = 1_073_741_824))] u64),
    /// Connections are refused while it lasts. Only `from` and `until` say when.
    Refuse,
    /// Connections are neither accepted nor refused while it lasts, as behind a firewall that drops packets. Only `from` and `until` say
    /// when.
    Unreachable,
    /// The instance restarts: connections are refused while it lasts, and what becomes of started loads is for two quirks to say. Only `from`
    /// and `until` say when.
    Restart,
    /// New connections meet this trouble in their TLS handshake while it lasts. Only `from` and `until` say when.
    Tls(TlsTrouble),
}

/// An error as Neptune writes it: the code alone, or with text and HTTP status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected an error's code, `InternalFailureException`, or `{code: ..., message: ..., http: ...}`"
)]
pub enum ErrorAnswer {
    /// `InternalFailureException`: with the HTTP status of the code.
    Code(String),
    /// With more to it.
    Full(FullError),
}

/// An error with text or HTTP status of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FullError {
    /// The exception's name, `InternalFailureException`. One that AWS's models do not have needs `http`.
    pub code: String,
    /// The text. Default: the simulator's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The HTTP status, 200 to 599. Default: that of the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 200, max = 599))]
    pub http: Option<u16>,
}

/// A gateway's error: `502`, or with a choice of body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected an HTTP status, `502`, or `{http: 502, body: empty}`")]
pub enum GatewayAnswer {
    /// The HTTP status, 500 to 599, with a page of HTML.
    Status(#[schemars(range(min = 500, max = 599))] u16),
    /// With a choice of body.
    Full(FullGateway),
}

/// A gateway's error with a choice of body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FullGateway {
    /// The HTTP status, 500 to 599.
    #[schemars(range(min = 500, max = 599))]
    pub http: u16,
    /// The body. Default `html`.
    #[serde(default)]
    pub body: GatewayBody,
}

/// What a gateway sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GatewayBody {
    /// A page.
    #[default]
    Html,
    /// Nothing.
    Empty,
}

/// A whole answer: `http` with `json`, `text` or neither.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultAnswer {
    /// The HTTP status, 200 to 599.
    #[schemars(range(min = 200, max = 599))]
    pub http: u16,
    /// Further headers, such as `location`. Those that say where the answer ends are the server's.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, String>,
    /// The body as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::availability::present")]
    pub json: Option<Value>,
    /// The body as a text. Its content type is `text/plain` unless a header says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What is wrong about the shape of an answer that is otherwise right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// The list of loads instead of what was asked for, as for an empty id.
    List,
    /// `[]` instead of an object.
    Array,
    /// `null` instead of an object.
    Null,
    /// An object without any field.
    EmptyObject,
    /// No `status` of the envelope.
    NoStatus,
    /// No `payload`.
    NoPayload,
    /// `payload` is `null`.
    NullPayload,
    /// No `payload.overallStatus`.
    NoOverallStatus,
    /// `payload.overallStatus` is `null`.
    NullOverallStatus,
    /// No `payload.overallStatus.status`.
    NoLoadStatus,
    /// `payload.overallStatus.status` is `null`.
    NullLoadStatus,
    /// `payload.overallStatus.status` is a number.
    NumberLoadStatus,
}

/// Trouble in a TLS handshake. On a cluster that speaks plain HTTP, all of them come down to a handshake that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TlsTrouble {
    /// The certificate was valid until yesterday.
    Expired,
    /// The certificate is another host's.
    WrongName,
    /// A CA issued the certificate that nobody knows.
    UnknownCa,
    /// The connection is closed when the client says hello.
    HangUp,
    /// Plain HTTP is answered.
    PlainHttp,
}

/// A fault that is in place, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FaultReport {
    /// Its name. Two faults have two names.
    pub name: String,
    /// What it is: which requests it is for, and what it does. Times count from `since`.
    pub fault: Fault,
    /// When it was put in, in seconds by the cluster's clock.
    pub since: f64,
    /// How many requests it was for, and no fault before it struck. A fault of the port counts how often it began, whether or not a client was there.
    pub matched: u64,
    /// How many of them it struck.
    pub struck: u64,
    /// When it struck last, in seconds by the cluster's clock.
    pub last_at: Option<f64>,
    /// The number of the request that it struck last, as in the log.
    pub last_request: Option<u64>,
}

/// How many faults were taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RemovedFaults {
    /// How many.
    pub removed: usize,
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

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
