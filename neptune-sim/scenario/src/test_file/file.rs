//! The keys of a test as a file writes them: steps, expectations, questions.

use indexmap::IndexMap;
use neptune_control::Availability;
use neptune_fault::Fault;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// One step.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepEntry {
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
    ClearFault(String),
    /// Sends a request as a client of any kind would.
    Request(Box<RequestEntry>),
    /// Invokes a function.
    Invoke(Box<InvokeEntry>),
}

/// What to wait for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitEntry {
    /// The load.
    pub(crate) load: String,
    /// A status word, or `finished` for any end.
    pub(crate) until: String,
}

/// A load to start.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartEntry {
    /// The name that the rest of the file calls the load by. In events it stands for the id that Neptune gives. Left out where no load
    /// is expected, or no step refers to it.
    pub(crate) load: Option<String>,
    /// What to load. Default `s3://neptune-loads/<load>/`.
    pub(crate) source: Option<String>,
    /// The format. Default `csv`.
    pub(crate) format: Option<String>,
    /// Whether the load may wait behind others. Default false.
    #[serde(default)]
    pub(crate) queue: bool,
    /// Loads that must complete before this one runs.
    #[serde(default)]
    pub(crate) depends_on: Vec<String>,
    /// Further parameters in Neptune's words, or others instead of those that are sent anyway: `{mode: RESUME, failOnError: 'FALSE'}`.
    #[serde(default, rename = "with")]
    pub(crate) parameters: IndexMap<String, Value>,
    /// The query. Default: none.
    #[serde(default)]
    pub(crate) query: IndexMap<String, Value>,
    /// Headers, in place of those that are sent anyway.
    #[serde(default)]
    pub(crate) headers: IndexMap<String, String>,
    /// Start this number of equal loads, one after the other, 2 to 2000. They have no names.
    pub(crate) times: Option<u32>,
    /// What must hold of the reply, as for `request`. Without it Neptune must accept the start.
    #[serde(default)]
    pub(crate) expect: IndexMap<String, IndexMap<String, Value>>,
}

/// A request as a client of any kind would send it. Without `body` and `text` it has no body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestEntry {
    /// The method. Default `GET`.
    pub(crate) method: Option<String>,
    /// The path, `/loader/some-load`. A segment that is a load's name stands for its id.
    pub(crate) path: String,
    /// The query. A value that is a load's name stands for its id.
    #[serde(default)]
    pub(crate) query: IndexMap<String, Value>,
    /// The headers. With `body` the content type is `application/json` unless they say otherwise.
    #[serde(default)]
    pub(crate) headers: IndexMap<String, String>,
    /// The body, sent as JSON. A text in it that is a load's name stands for its id.
    pub(crate) body: Option<Value>,
    /// The body as it is, instead of `body`.
    pub(crate) text: Option<String>,
    /// Send it this number of times, one after the other, 2 to 2000.
    pub(crate) times: Option<u32>,
    /// What must hold, as for `invoke`. Subjects: `reply.http`, `reply.headers.<name>`, `reply.body.<path>` (of a JSON body),
    /// `reply.text` (the body as it is), `reply.error` (why there is no reply), and `requests`, `request.<path>`, `loads`, `took`.
    #[serde(default)]
    pub(crate) expect: IndexMap<String, IndexMap<String, Value>>,
}

/// An invocation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvokeEntry {
    /// The function. Default: the one that the plan is about.
    pub(crate) function: Option<String>,
    /// The event.
    pub(crate) event: Option<IndexMap<String, Value>>,
    /// Several events, invoked at the same time, each in an environment of its own.
    pub(crate) events: Option<Vec<IndexMap<String, Value>>>,
    /// Invoke the event this often at the same time, each in an environment of its own.
    pub(crate) at_once: Option<u32>,
    /// Invoke the event this often, one after the other.
    pub(crate) times: Option<u32>,
    /// Invoke the event again and again while simulated time passes.
    pub(crate) poll: Option<PollEntry>,
    /// What must hold: each assertion in the plan's words, with the checks that it stands for.
    ///
    /// A check is `subject: matcher`. Subjects: `answer.<path>` (every answer), `first.<path>`, `last.<path>`, `earlier.<path>` (all but the
    /// last), `answers.<n>.<path>` (the n-th, from 0), `answers` (their list), `raised.errorType`, `raised.errorMessage`, `log` (the function's log lines),
    /// `requests` (how many requests reached Neptune), `request.<path>` (each of them), `environments` (how many environments
    /// answered), `loads` (the loads before and after), `took` (the slowest answer).
    ///
    /// Matchers: a plain value (equal), or `one_of`, `contains`, `starts_with`, `includes`, `in_order`, `at_least`, `at_most`, `length`,
    /// `is` (`absent`, `present`, `text`, `number`, `whole`, `decimal`, `list`, `object`), `identical: true`, `unchanged: true`, `under: 1s`.
    pub(crate) expect: IndexMap<String, IndexMap<String, Value>>,
    /// Assertions that read differently on a live cluster; they replace those with the same words there.
    #[serde(default)]
    pub(crate) on_neptune: IndexMap<String, IndexMap<String, Value>>,
}

/// How to poll.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PollEntry {
    /// How much simulated time passes between two invocations, `10s`.
    pub(crate) every: String,
    /// When to stop: checks on the newest answer, as in `expect`.
    pub(crate) until: IndexMap<String, Value>,
    /// How often at most, 2 to 1000.
    pub(crate) at_most: u32,
}
