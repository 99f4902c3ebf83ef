//! The shape of a scenario file, as YAML spells it. [`check`](super::check) turns it into the strict [`Scenario`](super::Scenario).
//!
//! The JSON Schema for editors is generated from these types, so their documentation is what a scenario's author reads.

use indexmap::IndexMap;
use neptune_loader::quirks::Choices;
use neptune_loader::{QUIRKS, StartFailure};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub(super) use self::editors::json_schema;
pub(super) use self::on_neptune::{DatasetChoice, LiveLoadEntry, OnNeptuneEntry};
use crate::{Authentication, Availability, Fault, S3, StartClock};

mod editors;
mod on_neptune;
mod words;

/// A scenario: what the simulated Neptune does, what is invoked, and what must come back. One file is one test.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Scenario")]
pub(super) struct ScenarioFile {
    /// The planned test that this file encodes: function and number, `check_bulk_load_status/12`. Left out beyond the plans.
    pub(super) plan: Option<String>,
    /// The failure that users have met and that this file shows, `F12`: scenarios/README.md lists all 44. Left out elsewhere.
    pub(super) failure: Option<String>,
    /// What this file asks of Neptune, in place of `plan` and `failure`: for each question the answers that there could be, each with
    /// the checks that show it.
    ///
    /// A question is a quirk, with all its choices as answers (of a number, `0` and at least one more), or bears another name in
    /// `snake_case`, with such answers as are known. The checks look at `reply.*` of the last step of `action` that expects something.
    #[serde(default)]
    pub(super) question: IndexMap<String, IndexMap<String, IndexMap<String, Value>>>,
    /// The name of the test, `test_domain_complete_prov_pending`, and of its cluster. A planned test bears the plan's name.
    pub(super) name: String,
    /// What the test is about, in one line.
    pub(super) about: String,
    /// The simulated Neptune before the first step.
    #[serde(default)]
    pub(super) given: Given,
    /// What happens before the invocations.
    #[serde(default)]
    pub(super) setup: Vec<StepEntry>,
    /// The invocations with what is expected of them. A file without is a cluster for the simulator, and no test.
    #[serde(default)]
    pub(super) action: Vec<StepEntry>,
    /// What happens afterwards, whether or not the expectations held.
    #[serde(default)]
    pub(super) cleanup: Vec<StepEntry>,
    /// What is different on a live cluster.
    pub(super) on_neptune: Option<OnNeptuneEntry>,
}

/// The simulated Neptune before the first step. Every key has a default.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Given {
    /// Where load ids, request ids and every other random choice come from. Default 0.
    pub(super) seed: u64,
    /// The region of cluster and buckets, `us-east-1`. Default: any.
    pub(super) region: Option<String>,
    /// The roles attached to the cluster, as ARNs. A start with another one is refused. Default: any will do.
    pub(super) roles: Option<Vec<String>>,
    /// Whether the instance is a writer or a read replica, which starts and cancels no loads. Default `writer`.
    pub(super) instance: InstanceChoice,
    /// When the clock starts that `neptune-sim FILE --clock` or the control API gives the cluster: `at-once`, or with the first request to the
    /// cluster, `on-request`, so that no time passes before a client comes. A manual clock, which tests have, moves when a step says so. Default
    /// `at-once`.
    pub(super) start_clock: StartClock,
    /// Scripted loads by their id. They play their lifecycle from time zero, whatever other loads do.
    pub(super) loads: IndexMap<String, LoadEntry>,
    /// How loads go that a step or a client starts. The first entry that fits decides; without one a load runs 5s and completes.
    pub(super) started_loads: Vec<RuleEntry>,
    /// Status words in this file that Neptune does not document. Without this list they are taken for typing errors.
    pub(super) undocumented_statuses: Vec<String>,
    /// Load ids in this file's events that no load has. Without this list they are taken for typing errors.
    pub(super) unknown_loads: Vec<String>,
    /// Points on which documentation and observation differ, or which nobody knows. `neptune-sim quirks` explains them.
    #[schemars(schema_with = "quirk_schema")]
    pub(super) quirks: IndexMap<String, Value>,
    /// Whether Neptune can be reached. Default `available`.
    pub(super) neptune: Availability,
    /// What goes wrong on the way, from time zero on. Of several faults that fit a request, the first one strikes.
    pub(super) faults: Vec<Fault>,
    /// Whether Neptune speaks TLS, with a certificate from a CA of the simulator's own. Default: as the simulator's options say.
    pub(super) tls: bool,
    /// Whether Neptune authenticates its clients: `off`, or the keys that may sign, `{keys: [{id: AKIDEXAMPLE, secret: ...}]}`. Default
    /// `off`: signatures are accepted and not looked at.
    pub(super) iam: Authentication,
    /// Whether requests are refused, with a hint, that Neptune lets pass but only a sloppy client sends. Default false.
    pub(super) strict: bool,
    /// An S3 server on which the sources of started loads are listed: a start is refused as Neptune refuses it if bucket or files are not
    /// there, and a load has as many files as there are objects. Default: none; every source is there.
    pub(super) s3: Option<S3>,
    /// Environment variables of the functions, beside the endpoint.
    pub(super) environment: IndexMap<String, String>,
}

/// One property for each quirk, from their table.
fn quirk_schema(_: &mut SchemaGenerator) -> Schema {
    let property = |quirk: &neptune_loader::Quirk| {
        let mut property = match quirk.choices {
            Choices::Words(choices) => {
                let words: Vec<Value> =
                    choices.iter().map(|choice| json!({"const": choice.word, "description": choice.meaning})).collect();
                json!({"oneOf": words})
            }
            Choices::Number(most) => json!({"type": "integer", "minimum": 0, "maximum": most}),
        };
        property["description"] = format!("{}. Default `{}`.", quirk.question, quirk.default_word()).into();
        property["default"] = match quirk.choices {
            Choices::Words(_) => quirk.default_word().into(),
            Choices::Number(_) => 0.into(),
        };
        (quirk.name.to_owned(), property)
    };
    let properties: Map<String, Value> = QUIRKS.iter().map(property).collect();
    json_schema!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// A load: the statuses it goes through, and what it loads.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LoadEntry {
    /// The statuses it goes through, each with how long it lasts: `[LOAD_IN_QUEUE 2s, LOAD_IN_PROGRESS 1m, LOAD_COMPLETED]`. The
    /// last one stays for ever and has no duration.
    pub(super) lifecycle: Vec<String>,
    /// What it claims to load. Default `s3://neptune-loads/<id>/`.
    pub(super) source: Option<String>,
    /// How many files. Default: as many as `errors` names, at least 1.
    pub(super) files: Option<u64>,
    /// How many records in all. Default 10.
    pub(super) records: Option<u64>,
    /// How many of the records are there already. Default 0.
    #[serde(default)]
    pub(super) duplicates: u64,
    /// How often the loader itself tried again, `retryNumber`. It shows once the load has ended. Default 0.
    #[serde(default)]
    pub(super) retries: u64,
    /// What goes wrong. It shows once the load has ended.
    #[serde(default)]
    pub(super) errors: Vec<LoadError>,
}

/// How certain started loads go. It fits a start if everything fits that it says of source, format, tag and folder.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RuleEntry {
    /// It fits sources that begin so. Default: every one.
    pub(super) source: Option<String>,
    /// It fits this format, `csv`. Default: every one.
    pub(super) format: Option<String>,
    /// It fits sources with a segment `tag=<this>`: `s3://bucket/tag=broken/people.csv`. Default: every one.
    pub(super) tag: Option<String>,
    /// It fits sources with this very segment behind the bucket: `broken` fits `s3://bucket/run-1/broken/`. Default: every one.
    pub(super) folder: Option<String>,
    /// The statuses that such a load goes through from the moment its turn has come, as for scripted loads.
    pub(super) lifecycle: Option<Vec<String>>,
    /// Instead of `lifecycle`: how long it is in progress. It then completes, or ends as its `errors` and the start's `failOnError`
    /// have it. Default 5s.
    pub(super) runs: Option<String>,
    /// Instead of both: such a start cannot be executed. Neptune refuses it, or ends it with `LOAD_FAILED_INVALID_REQUEST` if it
    /// had to wait.
    #[schemars(schema_with = "failure_schema")]
    pub(super) refused: Option<String>,
    /// How many files. Default: as many as `errors` names, at least 1.
    pub(super) files: Option<u64>,
    /// How many records in all. Default 10.
    pub(super) records: Option<u64>,
    /// How many of the records are there already. Default 0.
    pub(super) duplicates: u64,
    /// How often the loader itself tried again, `retryNumber`. It shows once the load has ended. Default 0.
    pub(super) retries: u64,
    /// What goes wrong. It shows once the load has ended.
    pub(super) errors: Vec<LoadError>,
}

fn failure_schema(_: &mut SchemaGenerator) -> Schema {
    let words: Vec<&str> = StartFailure::ALL.iter().map(|failure| failure.as_word()).collect();
    json_schema!({"type": ["string", "null"], "enum": words})
}

/// See `instance`.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum InstanceChoice {
    /// It reads and writes.
    #[default]
    Writer,
    /// A read replica.
    Reader,
}

/// An error that a load meets.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LoadError {
    /// Neptune's code, `PARSING_ERROR`.
    pub(super) code: String,
    /// Neptune's words.
    pub(super) message: String,
    /// The file, relative to the load's source.
    pub(super) file: String,
    /// The record within the file, from 1; 0 if that cannot be said. Only `PARSING_ERROR` has one. Default 0.
    #[serde(default)]
    pub(super) record: u64,
    /// How many records in a row have the error, 1 to 1000000. Default 1.
    pub(super) times: Option<u64>,
    /// Which counter it adds to, if not the one of its code.
    pub(super) counts_as: Option<CounterChoice>,
    /// The status that its file ends with, if not the one of its code: `LOAD_S3_READ_ERROR`.
    pub(super) feed_status: Option<String>,
}

/// See `counts_as`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CounterChoice {
    /// `parsingErrors`
    Parsing,
    /// `datatypeMismatchErrors`
    DatatypeMismatch,
    /// `insertErrors`
    Insert,
}

/// One step.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StepEntry {
    /// Lets time pass until a load has a status. The simulator moves its clock there; a live run would poll.
    Wait(WaitEntry),
    /// Lets this much simulated time pass, `30s`.
    Advance(String),
    /// Starts a load with `POST /loader`.
    Start(Box<StartEntry>),
    /// Cancels a load with `DELETE /loader/<id>`.
    Cancel(String),
    /// Changes whether Neptune can be reached.
    Neptune(Availability),
    /// Lets something go wrong on the way, from now on. A load's name in `on` stands for its id.
    Fault(Box<Fault>),
    /// Takes a fault away by its name, or `all`.
    Heal(String),
    /// Sends a request as a client of any kind would.
    Request(Box<RequestEntry>),
    /// Invokes a function.
    Invoke(Box<InvokeEntry>),
}

/// What to wait for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WaitEntry {
    /// The load.
    pub(super) load: String,
    /// A status word, or `finished` for any end.
    pub(super) until: String,
}

/// A load to start.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartEntry {
    /// The name that the rest of the file calls the load by. In events it stands for the id that Neptune gives. Left out where no load
    /// is expected, or nobody asks for it.
    pub(super) load: Option<String>,
    /// What to load. Default `s3://neptune-loads/<load>/`.
    pub(super) source: Option<String>,
    /// The format. Default `csv`.
    pub(super) format: Option<String>,
    /// Whether the load may wait behind others. Default false.
    #[serde(default)]
    pub(super) queue: bool,
    /// Loads that must complete before this one runs.
    #[serde(default)]
    pub(super) depends_on: Vec<String>,
    /// Further parameters in Neptune's words, or others instead of those that are sent anyway: `{mode: RESUME, failOnError: 'FALSE'}`.
    #[serde(default, rename = "with")]
    pub(super) parameters: IndexMap<String, Value>,
    /// The query. Default: none.
    #[serde(default)]
    pub(super) query: IndexMap<String, Value>,
    /// Headers, in place of those that are sent anyway.
    #[serde(default)]
    pub(super) headers: IndexMap<String, String>,
    /// Start so many alike, one after the other, 2 to 2000. They have no names.
    pub(super) times: Option<u32>,
    /// What must hold of the reply, as for `request`. Without it Neptune must accept the start.
    #[serde(default)]
    pub(super) expect: IndexMap<String, IndexMap<String, Value>>,
}

/// A request as a client of any kind would send it. Without `body` and `text` it has no body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestEntry {
    /// The method. Default `GET`.
    pub(super) method: Option<String>,
    /// The path, `/loader/some-load`. A segment that is a load's name stands for its id.
    pub(super) path: String,
    /// The query. A value that is a load's name stands for its id.
    #[serde(default)]
    pub(super) query: IndexMap<String, Value>,
    /// The headers. With `body` the content type is `application/json` unless they say otherwise.
    #[serde(default)]
    pub(super) headers: IndexMap<String, String>,
    /// The body, sent as JSON. A text in it that is a load's name stands for its id.
    pub(super) body: Option<Value>,
    /// The body as it is, instead of `body`.
    pub(super) text: Option<String>,
    /// Send it so many times, one after the other, 2 to 2000.
    pub(super) times: Option<u32>,
    /// What must hold, as for `invoke`. Subjects: `reply.http`, `reply.headers.<name>`, `reply.body.<path>` (of a JSON body),
    /// `reply.text` (the body as it is), `reply.error` (why there is no reply), and `requests`, `request.<path>`, `loads`, `took`.
    #[serde(default)]
    pub(super) expect: IndexMap<String, IndexMap<String, Value>>,
}

/// An invocation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InvokeEntry {
    /// The function. Default: the one that the plan is about.
    pub(super) function: Option<String>,
    /// The event.
    pub(super) event: Option<IndexMap<String, Value>>,
    /// Several events, invoked at the same time, each in an environment of its own.
    pub(super) events: Option<Vec<IndexMap<String, Value>>>,
    /// Invoke the event this often at the same time, each in an environment of its own.
    pub(super) at_once: Option<u32>,
    /// Invoke the event this often, one after the other.
    pub(super) times: Option<u32>,
    /// Invoke the event again and again while simulated time passes.
    pub(super) poll: Option<PollEntry>,
    /// What must hold: each assertion in the plan's words, with the checks that it comes to.
    ///
    /// A check is `subject: matcher`. Subjects: `answer.<path>` (every answer), `first.<path>`, `last.<path>`, `earlier.<path>` (all but the
    /// last), `answers.<n>.<path>` (the n-th, from 0), `answers` (their list), `raised.errorType`, `raised.errorMessage`, `log` (the function's log lines),
    /// `requests` (how many requests reached Neptune), `request.<path>` (each of them), `environments` (how many environments
    /// answered), `loads` (the loads before and after), `took` (the slowest answer).
    ///
    /// Matchers: a plain value (equal), or `one_of`, `contains`, `starts_with`, `includes`, `in_order`, `at_least`, `at_most`, `length`,
    /// `is` (`absent`, `present`, `text`, `number`, `whole`, `decimal`, `list`, `object`), `identical: true`, `unchanged: true`, `under: 1s`.
    pub(super) expect: IndexMap<String, IndexMap<String, Value>>,
    /// Assertions that read differently on a live cluster; they replace those with the same words there.
    #[serde(default)]
    pub(super) on_neptune: IndexMap<String, IndexMap<String, Value>>,
}

/// How to poll.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PollEntry {
    /// How much simulated time passes between two invocations, `10s`.
    pub(super) every: String,
    /// When to stop: checks on the newest answer, as in `expect`.
    pub(super) until: IndexMap<String, Value>,
    /// How often at most, 2 to 1000.
    pub(super) at_most: u32,
}
