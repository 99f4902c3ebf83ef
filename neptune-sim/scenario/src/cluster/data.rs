//! The data that a simulated cluster can read: the objects of buckets.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

/// Where the objects of a bucket are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Bucket {
    /// The files of a folder, and of the folders in it: `people/1.csv` has the key `people/1.csv`. A path that is not absolute begins
    /// at the folder of the scenario. A scenario that is posted names none.
    Folder(PathBuf),
    /// Objects by their keys, each with its text.
    Objects(BTreeMap<String, String>),
}

/// Buckets by their names.
pub type Buckets = BTreeMap<String, Bucket>;

impl Bucket {
    /// Takes a folder as it is meant in a file that lies in this one.
    pub(crate) fn begin_at(&mut self, folder: &Path) {
        if let Self::Folder(path) = self {
            *path = folder.join(&*path);
        }
    }
}
