//! The keys of `given`, and the cluster that they describe.
//!
//! A key that the cluster takes as it is written stands here alone: in [`Given`], in [`ClusterSpec`] and in `Given::into_spec`.

use std::num::NonZeroU64;

use indexmap::IndexMap;
use neptune_control::{Availability, StartClock};
use neptune_fault::{Fault, port_faults};
use neptune_loader::quirks::Choices;
use neptune_loader::{LoadId, QUIRKS, Script, Settings};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::authentication::Authentication;
use super::clock_kind::ClockKind;
use super::data::Buckets;
use super::loads::{LoadEntry, RuleEntry};
use super::s3::S3;

/// How many loads a file may script, and how many may be waiting and running when one is scripted at run time. Those that have ended are
/// forgotten in time; these are not.
pub const OPEN_LOADS: usize = 256;

/// The simulated Neptune before the first step. Every key has a default.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Given {
    /// Where load ids, request ids and every other random choice come from. Default 0.
    pub(crate) seed: u64,
    /// The region of cluster and buckets, `us-east-1`. Default: any.
    pub(crate) region: Option<String>,
    /// The roles attached to the cluster, as ARNs. A start with another one is refused. Default: any will do.
    pub(crate) roles: Option<Vec<String>>,
    /// Whether the instance is a writer or a read replica, which starts and cancels no loads. Default `writer`.
    pub(crate) instance: InstanceChoice,
    /// When the clock starts that `neptune-sim FILE --clock` or the control API gives the cluster: `at-once`, or with the first request to the
    /// cluster, `on-request`, so that no time passes before a client comes. A manual clock, which tests have, moves when a step says so. Default
    /// `at-once`.
    pub(crate) start_clock: StartClock,
    /// Scripted loads by their id. They follow their lifecycle from time zero, whatever other loads do.
    pub(crate) loads: IndexMap<String, LoadEntry>,
    /// How loads go that a step or a client starts. The first entry that fits decides; without one a load runs 5s and completes.
    pub(crate) started_loads: Vec<RuleEntry>,
    /// Status words in this file that Neptune does not document. Without this list they are taken for typing errors.
    pub(crate) undocumented_statuses: Vec<String>,
    /// Load ids in this file's events that no load has. Without this list they are taken for typing errors.
    pub(crate) unknown_loads: Vec<String>,
    /// Points on which documentation and observation differ, or which are unknown. `neptune-sim quirks` explains them.
    #[schemars(schema_with = "quirk_schema")]
    pub(crate) quirks: IndexMap<String, Value>,
    /// Whether Neptune can be reached. Default `available`.
    pub(crate) neptune: Availability,
    /// The faults between client and Neptune, from time zero on. Of several faults that fit a request, the first one fires.
    pub(crate) faults: Vec<Fault>,
    /// Whether Neptune speaks TLS, with a certificate from a CA of the simulator's own. Default: as the simulator's options say.
    pub(crate) tls: bool,
    /// Whether Neptune authenticates its clients: `off`, or the keys that may sign, `{keys: [{id: AKIDEXAMPLE, secret: ...}]}`. Default
    /// `off`: signatures are accepted and not checked.
    pub(crate) iam: Authentication,
    /// Whether requests are refused, with a hint, that Neptune lets pass but only a sloppy client sends. Default false.
    pub(crate) strict: bool,
    /// An S3 server on which the sources of started loads are listed: a start is refused as Neptune refuses it if bucket or files are not
    /// there, and a load has as many files as there are objects. Default: none; every source is there.
    pub(crate) s3: Option<S3>,
    /// Buckets whose objects loads read, `{my-bucket: ../data}` or `{my-bucket: {people.csv: "~id\\nv1"}}`. A started load that no entry of
    /// `started_loads` fits then goes as its files have it, and other buckets are not there. Default: none; no file is read.
    pub(crate) data: Buckets,
    /// How many records a load reads in a second. What they take is added to the 5s that a load takes anyway. Default: they take no time.
    pub(crate) records_per_second: Option<NonZeroU64>,
    /// Environment variables of the functions, beside the endpoint.
    pub(crate) environment: IndexMap<String, String>,
}

/// What a cluster begins with.
#[derive(Clone, Debug, Default)]
pub struct ClusterSpec {
    /// Its name on the control API: 1 to 128 letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// How its time passes. Default: as fast as the machine's.
    pub clock: ClockKind,
    /// When that begins. Default: at once.
    pub start_clock: StartClock,
    /// The settings of its loader. The epoch counts with a manual clock only; otherwise the wall clock's time is taken.
    pub settings: Settings,
    /// Its scripted loads, which begin with it: 1,024 at most. Default: none; a started load runs for 5 s and completes.
    pub scripts: Vec<(LoadId, Script)>,
    /// Whether it can be reached. Default: it can.
    pub availability: Availability,
    /// Its faults. Default: none.
    pub faults: Vec<Fault>,
    /// Whether it speaks TLS even if the simulator's options do not say so: then with a certificate from a CA of its own.
    pub tls: bool,
    /// Whether it authenticates its clients. Default: it does not.
    pub authentication: Authentication,
    /// Whether it refuses, with a hint, what only a sloppy client sends. Off by default: Neptune lets such requests pass, or might.
    pub strict: bool,
    /// Where the sources of started loads are listed before the loader decides. Default: nowhere; every source is there.
    pub s3: Option<S3>,
    /// The buckets whose objects loads read. Default: none; no file is read.
    pub data: Buckets,
}

impl ClusterSpec {
    /// A healthy cluster without loads.
    pub fn new(name: impl Into<String>, clock: ClockKind) -> Self {
        Self { name: name.into(), clock, ..Self::default() }
    }

    /// Whether it refuses connections or is out of reach, from the beginning or while a fault lasts. It should then not share its port with
    /// the control API.
    pub fn may_shut_its_port(&self) -> bool {
        matches!(self.availability, Availability::Refused | Availability::Unreachable)
            || self.faults.iter().any(|fault| !port_faults(fault).lets_requests_in())
    }
}

impl Given {
    /// The cluster of this name, with its checked loads, rules and quirks. Its clock is a real one until the caller chooses another.
    pub(crate) fn into_spec(self, name: String, settings: Settings, scripts: Vec<(LoadId, Script)>) -> ClusterSpec {
        ClusterSpec {
            name,
            clock: ClockKind::default(),
            start_clock: self.start_clock,
            settings,
            scripts,
            availability: self.neptune,
            faults: self.faults,
            tls: self.tls,
            authentication: self.iam,
            strict: self.strict,
            s3: self.s3,
            data: self.data,
        }
    }
}

/// See `instance`.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InstanceChoice {
    /// It reads and writes.
    #[default]
    Writer,
    /// A read replica.
    Reader,
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
