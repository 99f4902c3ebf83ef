//! What can be written down, and what comes of it.

use crate::{Folder, IdPrefix, ObjectKey, RunGraph};

/// What a run makes. Each names the run, and nothing that is not the run's can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// An object in S3.
    Object(ObjectKey),
    /// A load that reads this folder.
    Load(Folder),
    /// The run's named graph.
    Graph(RunGraph),
    /// The vertices and edges whose ids begin with the run's prefix.
    Ids(IdPrefix),
}

/// An entry of a journal that is not removed yet. It cannot be copied or constructed: removing the resource consumes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub(super) number: u32,
    pub(super) resource: Resource,
    pub(super) load_id: Option<String>,
}

impl Entry {
    /// What may be there.
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// What Neptune called the load. `None` for everything else, and for a load whose start was never answered: it may run all the same,
    /// and is found by its source.
    pub fn load_id(&self) -> Option<&str> {
        self.load_id.as_deref()
    }
}
