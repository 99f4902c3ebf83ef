//! The table of everything that can be asked: the simulator serves it, the client asks it, the OpenAPI document shows it.

use serde_json::json;

use crate::examples::{
    SCENARIO, a_start, authentications, availabilities, failing_load, faults, instance_changes, outcomes, quirk_values,
    scenario_as_json, state,
};
use crate::exchange::{EVENT_STREAM, Exchange, Writer, event};
use crate::{
    AddCluster, AddedCluster, AllLoads, Authentication, Availability, Cleared, ClockReading, ClusterDescription, ClusterLine,
    ClusterState, ErrorLog, ErrorLogPage, FaultReport, Instance, Load, LoadExplanation, LoggedRequest, MoveClock, Overview,
    Problem, Quirk, ReadyMadeFault, RemovedFaults, RequestFilter, RequestHistory, ScenarioText, Snapshot, Wait,
};

/// An HTTP method of the control API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds or moves.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// As it stands in a request: `GET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Makes the operations from their table. The first line of documentation is the summary, the others are the description. Behind the
/// arrow stands what the operation takes and answers, for the OpenAPI document.
macro_rules! operations {
    ($(#[doc = $summary:literal] $(#[doc = $more:literal])* $name:ident = $method:ident $path:literal => |$writer:ident| $exchange:expr,)+) => {
        /// Something that can be asked of the control API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Operation {
            $(#[doc = $summary] $(#[doc = $more])* $name,)+
        }

        impl Operation {
            /// Every operation, by path.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its method.
            pub const fn method(self) -> Method {
                match self { $(Self::$name => Method::$method,)+ }
            }

            /// Its path. What stands in braces is a parameter, one segment long.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)+ }
            }

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }

            /// What goes back and forth.
            pub(crate) fn exchange(self, writer: &mut Writer) -> Exchange {
                match self { $(Self::$name => { let $writer = writer; $exchange })+ }
            }

            /// What it does, in one sentence.
            pub(crate) fn summary(self) -> &'static str {
                match self { $(Self::$name => $summary.trim_ascii(),)+ }
            }

            /// What else there is to know.
            pub(crate) fn description(self) -> String {
                let lines: &[&str] = match self { $(Self::$name => &[$($more),*],)+ };
                lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
            }
        }
    };
}

operations! {
    /// Shows the simulator's version and its clusters.
    Overview = Get "/_sim" => |w| w.answers::<Overview>(),
    /// Shows this description of the control API.
    OpenApi = Get "/_sim/openapi.json" => |w| Exchange { answer: Some(json!({"type": "object"})), ..w.answers::<Problem>() },
    /// Lists the ready-made faults.
    ListReadyMadeFaults = Get "/_sim/ready-made" => |w| w.answers::<Vec<ReadyMadeFault>>(),
    /// Lists the clusters.
    ListClusters = Get "/_sim/clusters" => |w| w.answers::<Vec<ClusterLine>>(),
    /// Adds a cluster from a scenario.
    /// The scenario is the body. The cluster has a port of its own.
    AddCluster = Post "/_sim/clusters" => |w| Exchange {
        query: w.query::<AddCluster>(),
        request: Some(json!({
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Scenario"},
                "examples": {"a_load_that_completes": {"value": scenario_as_json()}},
            },
            "application/yaml": {"schema": {"type": "string"}, "example": SCENARIO},
        })),
        status: "201",
        ..w.answers::<AddedCluster>()
    },
    /// Shows a cluster: its time, its availability, and every load with its past and what is ahead.
    DescribeCluster = Get "/_sim/clusters/{name}" => |w| w.answers::<ClusterDescription>(),
    /// Shows a cluster at one moment: its time, its loads, its faults and its requests, which agree with each other.
    ReadSnapshot = Get "/_sim/clusters/{name}/snapshot" => |w| w.answers::<Snapshot>(),
    /// Streams a cluster as server-sent events.
    /// The first event is called `snapshot`, each further one `change`. The data of both is a snapshot as JSON; a change has, of loads and
    /// requests, only those that are new or have changed since the event before it. There are at most five events a second, and none while
    /// nothing but the time changes. After 15 s without an event comes a comment. The stream ends with the cluster. There are at most 32
    /// streams at once.
    StreamEvents = Get "/_sim/clusters/{name}/events" => |w| {
        Exchange { media_type: EVENT_STREAM, answer: Some(event(&w.schema::<Snapshot>())), ..w.answers::<Snapshot>() }
    },
    /// Writes the scenario that shows the same timeline.
    /// Every load is in it with its past and its future, at the same moments, and so are the faults. A started load becomes a scripted one. Requests
    /// are not in it, nor are loads beyond the newest 256, faults for loads that are not in it, and keys of clients. A duration is at most 100 years.
    ExportScenario = Get "/_sim/clusters/{name}/scenario" => |w| w.answers::<ScenarioText>(),
    /// Deletes a simulated cluster and frees its port.
    /// A cluster that shares its port with the control API cannot be deleted.
    DeleteCluster = Delete "/_sim/clusters/{name}" => |w| Exchange { status: "204", answer: None, ..w.answers::<Problem>() },
    /// Exports a whole cluster as data, from which it can be restored.
    /// The data has no secrets and no logged requests.
    ExportState = Get "/_sim/clusters/{name}/state" => |w| w.answers::<ClusterState>(),
    /// Restores a cluster from an exported state, or adds one if there is none of this name.
    /// An existing cluster keeps its port, its log, its access keys and its faults; a new one does not authenticate its clients. The version is
    /// not checked. A body holds at most 8 MiB here.
    ImportState = Put "/_sim/clusters/{name}/state" => |w| {
        w.answers::<ClusterDescription>().to(w.request(&[("as_it_was_given", state())])).or("201")
    },
    /// Reads a cluster's clock.
    ReadClock = Get "/_sim/clusters/{name}/clock" => |w| w.answers::<ClockReading>(),
    /// Moves a manual clock, or changes how time passes.
    MoveClock = Post "/_sim/clusters/{name}/clock" => |w| w.answers::<ClockReading>().to(w.request(&[
        ("advance", MoveClock::Advance("5s".into())),
        ("wait_for_a_load", MoveClock::Wait(Wait::Load { load: "domain-load".into(), until: "finished".into() })),
        ("wait_for_all_loads", MoveClock::Wait(Wait::AllLoads(AllLoads::Finished))),
        ("wait_for_a_moment", MoveClock::Wait(Wait::At("90s".into()))),
        ("set", MoveClock::Set("scaled:60".into())),
    ])),
    /// Shows whether a cluster can be reached.
    ReadAvailability = Get "/_sim/clusters/{name}/availability" => |w| w.answers::<Availability>(),
    /// Makes a cluster reachable or not.
    /// When the answer has come, the new availability holds for the next request.
    SetAvailability = Put "/_sim/clusters/{name}/availability" => |w| w.answers::<Availability>().to(w.request(&availabilities())),
    /// Shows whether a cluster authenticates its clients, without secrets.
    ReadAuthentication = Get "/_sim/clusters/{name}/authentication" => |w| w.answers::<Authentication>(),
    /// Makes a cluster authenticate its clients with AWS signatures, or not.
    SetAuthentication = Put "/_sim/clusters/{name}/authentication" => |w| w.answers::<Authentication>().to(w.request(&authentications())),
    /// Shows the instance behind a cluster's endpoint: writer or reader, healthy or recovering.
    DescribeInstance = Get "/_sim/clusters/{name}/instance" => |w| w.answers::<Instance>(),
    /// Makes the instance a writer or a read replica, healthy or recovering.
    ChangeInstance = Patch "/_sim/clusters/{name}/instance" => |w| w.answers::<Instance>().to(w.request(&instance_changes())),
    /// Restarts the instance, as a reboot or a failover does.
    /// Two quirks decide what happens to started loads; scripted ones follow their script.
    RestartInstance = Post "/_sim/clusters/{name}/instance/restart" => |w| w.answers::<Instance>(),
    /// Shows whether a cluster refuses requests that AWS SDKs never send.
    ReadStrictness = Get "/_sim/clusters/{name}/strict" => |w| w.answers::<bool>(),
    /// Makes a cluster refuse, with a hint, requests that AWS SDKs never send, or accept them as Neptune may.
    SetStrictness = Put "/_sim/clusters/{name}/strict" => |w| w.answers::<bool>().to(w.request(&[("strict", true), ("as_neptune", false)])),
    /// Lists the quirks: points where documentation and observation differ, or say nothing, and what is chosen.
    ListQuirks = Get "/_sim/clusters/{name}/quirks" => |w| w.answers::<Vec<Quirk>>(),
    /// Changes some quirks.
    /// All changes are made, or none. What has happened stays as it was.
    SetQuirks = Patch "/_sim/clusters/{name}/quirks" => |w| {
        let example = json!({"two_choices": {"value": quirk_values()}});
        let schema = json!({"$ref": "#/components/schemas/QuirkValues"});
        w.answers::<Vec<Quirk>>().to(json!({"application/json": {"schema": schema, "examples": example}}))
    },
    /// Lists the faults in place, and how often each fired.
    ListFaults = Get "/_sim/clusters/{name}/faults" => |w| w.answers::<Vec<FaultReport>>(),
    /// Adds a fault, from now on.
    /// It stands behind those that are there: of several that fit a request, the first one fires. A ready-made one may have several parts.
    AddFault = Post "/_sim/clusters/{name}/faults" => |w| Exchange { status: "201", ..w.answers::<Vec<FaultReport>>().to(w.request(&faults())) },
    /// Removes all faults.
    ClearFaults = Delete "/_sim/clusters/{name}/faults" => |w| w.answers::<RemovedFaults>(),
    /// Removes a fault, or all parts of a sequence.
    RemoveFault = Delete "/_sim/clusters/{name}/faults/{fault}" => |w| w.answers::<RemovedFaults>(),
    /// Lists the loads with their past and what is ahead.
    ListLoads = Get "/_sim/clusters/{name}/loads" => |w| w.answers::<Vec<Load>>(),
    /// Scripts a load, which begins at once.
    ScriptLoad = Post "/_sim/clusters/{name}/loads" => |w| {
        Exchange { status: "201", ..w.answers::<Load>().to(w.request(&[("a_load_that_fails", failing_load())])) }
    },
    /// Shows a load.
    DescribeLoad = Get "/_sim/clusters/{name}/loads/{id}" => |w| w.answers::<Load>(),
    /// Cancels a load that has not ended, as `DELETE /loader/{id}` does.
    /// The log of requests has nothing of it, because no client asked.
    CancelLoad = Delete "/_sim/clusters/{name}/loads/{id}" => |w| w.answers::<Load>(),
    /// Explains in a few sentences why a load is as it is.
    ExplainLoad = Get "/_sim/clusters/{name}/loads/{id}/explanation" => |w| w.answers::<LoadExplanation>(),
    /// Lists the error log of a load, a page at a time.
    ListErrors = Get "/_sim/clusters/{name}/loads/{id}/errors" => |w| {
        Exchange { query: w.query::<ErrorLogPage>(), ..w.answers::<ErrorLog>() }
    },
    /// Changes the future of a load.
    /// What was ahead of it is replaced. Of a started load that waits in the queue, it is what happens at its turn.
    SetOutcome = Put "/_sim/clusters/{name}/loads/{id}/outcome" => |w| w.answers::<Load>().to(w.request(&outcomes())),
    /// Starts a load, as `POST /loader` does: it runs, waits in the queue, or is refused.
    /// The log of requests has nothing of it, because no client asked.
    StartLoad = Post "/_sim/clusters/{name}/queue" => |w| {
        Exchange { status: "201", ..w.answers::<Load>().to(w.request(&[("a_folder_of_csv_files", a_start())])) }
    },
    /// Shows what a cluster was asked and what it answered.
    ListRequests = Get "/_sim/clusters/{name}/requests" => |w| Exchange { query: w.query::<RequestFilter>(), ..w.answers::<RequestHistory>() },
    /// Clears the log of requests. Numbering continues.
    ClearRequests = Delete "/_sim/clusters/{name}/requests" => |w| w.answers::<Cleared>(),
    /// Shows one request.
    DescribeRequest = Get "/_sim/clusters/{name}/requests/{number}" => |w| w.answers::<LoggedRequest>(),
}

/// The groups of operations, with a word for each.
pub(crate) const TAGS: [(&str, &str); 16] = [
    ("simulator", "The simulator itself."),
    ("clusters", "The clusters that it simulates."),
    ("snapshot", "What can be seen of a cluster at one moment."),
    ("events", "A cluster as it goes on."),
    ("scenario", "A cluster as a scenario."),
    ("state", "A whole cluster as data."),
    ("clock", "A cluster's time."),
    ("availability", "Whether a cluster can be reached."),
    ("authentication", "Whether a cluster authenticates its clients."),
    ("instance", "The instance behind a cluster's endpoint."),
    ("strict", "What a cluster refuses that Neptune might let pass."),
    ("quirks", "Points where it is not known what Neptune does."),
    ("faults", "What goes wrong on the way to a cluster."),
    ("loads", "The loads of a cluster."),
    ("queue", "The loads that clients start."),
    ("requests", "What a cluster was asked, and what it answered."),
];

impl Operation {
    /// Its name in the OpenAPI document: `addCluster`.
    pub fn id(self) -> String {
        let name = self.name();
        format!("{}{}", name[..1].to_ascii_lowercase(), &name[1..])
    }

    /// What it is about, in one word: `clusters`, `clock`, `loads`.
    pub fn tag(self) -> &'static str {
        let segments: Vec<&str> = self.path().split('/').skip(2).collect();
        match segments.as_slice() {
            ["clusters"] | ["clusters", _] => "clusters",
            ["clusters", _, about, ..] => about,
            _ => "simulator",
        }
    }

    /// The parameters in its path, in order.
    pub fn path_parameters(self) -> impl Iterator<Item = &'static str> {
        self.path().split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_operations_share_a_name_or_a_method_and_a_path() {
        let ids: BTreeSet<_> = Operation::ALL.iter().map(|operation| operation.id()).collect();
        let routes: BTreeSet<_> = Operation::ALL.iter().map(|op| (op.method().as_str(), op.path())).collect();
        assert_eq!((ids.len(), routes.len()), (Operation::ALL.len(), Operation::ALL.len()));
    }

    #[test]
    fn an_operation_is_named_as_programs_name_things() {
        assert_eq!(Operation::AddCluster.id(), "addCluster");
        assert_eq!(Operation::DescribeLoad.path_parameters().collect::<Vec<_>>(), ["name", "id"]);
    }
}
