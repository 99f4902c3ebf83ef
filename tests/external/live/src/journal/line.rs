//! How a journal is spelt: one of these on each line.

use serde::{Deserialize, Serialize};

use super::Resource;
use crate::{IdPrefix, Profile, RunGraph, RunId, RunPrefix};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    /// The first one.
    Opened(Opening),
    /// It is about to be made.
    Making { number: u32, resource: Spelling },
    /// It is there.
    Created { number: u32, load_id: Option<String> },
    /// It is gone.
    Removed { number: u32 },
    /// The last one.
    Closed,
}

/// Whose journal it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Opening {
    pub(super) run: String,
    pub(super) cluster: String,
    pub(super) bucket: String,
    pub(super) prefix: String,
}

impl Opening {
    pub(super) fn of(run: &RunId, profile: &Profile) -> Self {
        Self {
            run: run.to_string(),
            cluster: profile.cluster.resource_id.clone(),
            bucket: profile.bucket.as_str().to_owned(),
            prefix: profile.prefix.as_str().to_owned(),
        }
    }

    /// What has to be the profile's.
    pub(super) fn place(&self) -> String {
        format!("{} and s3://{}/{}", self.cluster, self.bucket, self.prefix)
    }
}

/// A [`Resource`] in writing.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Spelling {
    Object(String),
    Load(String),
    Graph(String),
    Ids(String),
}

impl Spelling {
    pub(super) fn of(resource: &Resource) -> Self {
        match resource {
            Resource::Object(key) => Self::Object(key.as_str().to_owned()),
            Resource::Load(folder) => Self::Load(folder.as_str().to_owned()),
            Resource::Graph(graph) => Self::Graph(graph.to_string()),
            Resource::Ids(ids) => Self::Ids(ids.to_string()),
        }
    }

    /// What it says, if it is of this run; otherwise the name that is not.
    pub(super) fn recognise(&self, prefix: &RunPrefix) -> Result<Resource, String> {
        let (graph, ids) = (RunGraph::of(prefix.run()), IdPrefix::of(prefix.run()));
        let (name, resource) = match self {
            Self::Object(key) => (key, prefix.recognise_key(key).map(Resource::Object)),
            Self::Load(folder) => (folder, prefix.recognise_folder(folder).map(Resource::Load)),
            Self::Graph(name) => (name, (graph.to_string() == *name).then_some(Resource::Graph(graph))),
            Self::Ids(name) => (name, (ids.to_string() == *name).then_some(Resource::Ids(ids))),
        };
        resource.ok_or_else(|| name.clone())
    }
}
