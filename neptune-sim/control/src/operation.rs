//! The table of everything that can be asked: the simulator serves it, the client asks it, the OpenAPI document shows it.

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

/// Makes the operations from their table. The first line of documentation is the summary, the others are the description.
macro_rules! operations {
    ($(#[doc = $summary:literal] $(#[doc = $more:literal])* $name:ident = $method:ident $path:literal,)+) => {
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
    Overview = Get "/_sim",
    /// Shows this description of the control API.
    OpenApi = Get "/_sim/openapi.json",
    /// Lists the clusters.
    ListClusters = Get "/_sim/clusters",
    /// Adds a cluster from a scenario.
    /// The scenario is the body. The cluster has a port of its own.
    AddCluster = Post "/_sim/clusters",
    /// Shows a cluster: its time, its availability, and every load with its past and what is ahead.
    DescribeCluster = Get "/_sim/clusters/{name}",
    /// Forgets a simulated cluster and frees its port.
    /// The first cluster shares its port with the control API and stays.
    DeleteCluster = Delete "/_sim/clusters/{name}",
    /// Gives a whole cluster as data, to be kept and brought back.
    /// It has no secrets and no requests in it.
    ExportState = Get "/_sim/clusters/{name}/state",
    /// Makes a cluster what a state says, a new one if there is none of this name.
    /// An existing cluster keeps its port, its log and its access keys; a new one authenticates nobody. The version is for readers:
    /// whether the state is understood is what counts. A body holds at most 8 MiB here.
    ImportState = Put "/_sim/clusters/{name}/state",
    /// Reads a cluster's clock.
    ReadClock = Get "/_sim/clusters/{name}/clock",
    /// Moves a manual clock, or changes how time passes.
    MoveClock = Post "/_sim/clusters/{name}/clock",
    /// Tells whether a cluster can be reached.
    ReadAvailability = Get "/_sim/clusters/{name}/availability",
    /// Makes a cluster reachable or not.
    /// When the answer has come, the next request meets the new availability.
    SetAvailability = Put "/_sim/clusters/{name}/availability",
    /// Tells whether a cluster authenticates its clients, without secrets.
    ReadAuthentication = Get "/_sim/clusters/{name}/authentication",
    /// Makes a cluster authenticate its clients with AWS signatures, or not.
    SetAuthentication = Put "/_sim/clusters/{name}/authentication",
    /// Shows the instance behind a cluster's endpoint: writer or reader, well or not.
    DescribeInstance = Get "/_sim/clusters/{name}/instance",
    /// Makes the instance a writer or a read replica, and well or not.
    ChangeInstance = Patch "/_sim/clusters/{name}/instance",
    /// Restarts the instance, as a reboot or a failover does.
    /// Two quirks say what that makes of started loads; scripted ones do as they are told.
    RestartInstance = Post "/_sim/clusters/{name}/instance/restart",
    /// Tells whether a cluster refuses what only a sloppy client sends.
    ReadStrictness = Get "/_sim/clusters/{name}/strict",
    /// Makes a cluster refuse, with a hint, what only a sloppy client sends, or let it pass as Neptune does, or might.
    SetStrictness = Put "/_sim/clusters/{name}/strict",
    /// Lists the quirks: points where documentation and observation differ, or where nobody knows, and what is chosen.
    ListQuirks = Get "/_sim/clusters/{name}/quirks",
    /// Chooses otherwise for some quirks.
    /// All choices are made, or none. What has happened stays as it was.
    SetQuirks = Patch "/_sim/clusters/{name}/quirks",
    /// Lists the faults in place, and what came of each.
    ListFaults = Get "/_sim/clusters/{name}/faults",
    /// Puts a fault in, from now on.
    /// It stands behind those that are there: of several that fit a request, the first one strikes. A ready-made one may come to several.
    AddFault = Post "/_sim/clusters/{name}/faults",
    /// Takes all faults away.
    ClearFaults = Delete "/_sim/clusters/{name}/faults",
    /// Takes a fault away, or all parts of a sequence.
    RemoveFault = Delete "/_sim/clusters/{name}/faults/{fault}",
    /// Lists the loads with their past and what is ahead.
    ListLoads = Get "/_sim/clusters/{name}/loads",
    /// Scripts a load, which begins at once.
    ScriptLoad = Post "/_sim/clusters/{name}/loads",
    /// Shows a load.
    DescribeLoad = Get "/_sim/clusters/{name}/loads/{id}",
    /// Decides what becomes of a load.
    /// What was ahead of it is replaced. Of a started load that waits in the queue, it is what happens at its turn.
    SetOutcome = Put "/_sim/clusters/{name}/loads/{id}/outcome",
    /// Shows what a cluster was asked and what it answered.
    ListRequests = Get "/_sim/clusters/{name}/requests",
    /// Forgets the requests so far. Numbers go on.
    ClearRequests = Delete "/_sim/clusters/{name}/requests",
    /// Shows one request.
    DescribeRequest = Get "/_sim/clusters/{name}/requests/{number}",
}

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
