//! The sources of loads: the buckets that a cluster knows, and what a load of their objects comes to.
//!
//! | module | content |
//! |---|---|
//! | `bucket` | what a bucket offers: a list of its objects, and their bytes |
//! | `folder` | a bucket whose objects are the files of a folder |
//! | `inline` | a bucket whose objects a scenario holds |
//! | `s3` | an S3 server |
//! | `reading` | a source, read to its end as a load reads it |

mod bucket;
mod folder;
mod inline;
mod reading;
mod s3;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use neptune_data::Graph;
use neptune_loader::{Listed, Reading, StartFailure, StartRequest, Workload};
use neptune_scenario as scenario;

use bucket::Bucket;
use folder::Folder;
use inline::Inline;
pub(crate) use s3::Lister;

/// A folder that cannot be a bucket.
#[derive(Debug, thiserror::Error)]
#[error("the bucket `{bucket}` cannot be the folder {}: {source}", .folder.display())]
pub(crate) struct FolderError {
    bucket: String,
    folder: PathBuf,
    source: std::io::Error,
}

/// The buckets whose objects a cluster reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buckets(BTreeMap<String, Arc<dyn Bucket>>);

impl Buckets {
    /// # Errors
    /// [`FolderError`] if a folder is not there.
    pub(crate) fn new(buckets: scenario::Buckets) -> Result<Self, FolderError> {
        let open = |(name, bucket): (String, scenario::Bucket)| {
            let objects: Arc<dyn Bucket> = match bucket {
                scenario::Bucket::Objects(objects) => Arc::new(Inline::new(objects)),
                scenario::Bucket::Folder(folder) => match Folder::open(&folder) {
                    Ok(objects) => Arc::new(objects),
                    Err(source) => return Err(FolderError { bucket: name, folder, source }),
                },
            };
            Ok((name, objects))
        };
        Ok(Self(buckets.into_iter().map(open).collect::<Result<_, _>>()?))
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each by its name, with where its objects are, for people.
    pub(crate) fn described(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(name, bucket)| (name.as_str(), bucket.describe()))
    }

    /// What a start learns of its source. Reads folders, so it may block.
    pub(crate) fn list(&self, request: &StartRequest) -> Listed {
        let (bucket, prefix) = request.bucket_and_prefix();
        let objects = self.bucket(bucket).and_then(|bucket| bucket::list(bucket, prefix));
        Listed { files: objects.map(|objects| objects.len() as u64), is_read: true }
    }

    /// What a load finds that reads this. It adds what is there to a graph. Once `is_stopped`, nothing more is read. Blocks until all is
    /// read.
    pub(crate) fn read(
        &self,
        load: &Reading,
        graph: &mut Graph,
        is_stopped: &Arc<AtomicBool>,
    ) -> Result<Workload, StartFailure> {
        let (bucket, _) = load.request.bucket_and_prefix();
        reading::read(self.bucket(bucket)?, load, graph, is_stopped)
    }

    fn bucket(&self, name: &str) -> Result<&dyn Bucket, StartFailure> {
        self.0.get(name).map(|bucket| &**bucket).ok_or(StartFailure::BucketNotFound)
    }
}
