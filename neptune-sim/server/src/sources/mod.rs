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
use neptune_loader::{Reading, StartFailure, StartRequest, Workload};
use neptune_scenario::{self as scenario, S3, UpstreamAddress};

use crate::upstream::TrustError;
use bucket::Bucket;
use folder::Folder;
use inline::Inline;
use s3::Server;

/// Why objects cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourcesError {
    /// A folder cannot be a bucket.
    #[error("the bucket `{bucket}` cannot be the folder {}: {source}", .folder.display())]
    Folder {
        /// The bucket.
        bucket: String,
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The S3 server's CA cannot be trusted.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

/// Where the objects are that a cluster reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    buckets: BTreeMap<String, Arc<dyn Bucket>>,
    /// For all other buckets.
    s3: Option<Arc<Server>>,
}

impl Sources {
    /// # Errors
    /// [`SourcesError`] if a folder is not there, or the S3 server's CA cannot be trusted.
    pub(crate) fn new(buckets: scenario::Buckets, s3: Option<S3>) -> Result<Self, SourcesError> {
        let open = |(name, bucket): (String, scenario::Bucket)| {
            let objects: Arc<dyn Bucket> = match bucket {
                scenario::Bucket::Objects(objects) => Arc::new(Inline::new(objects)),
                scenario::Bucket::Folder(folder) => match Folder::open(&folder) {
                    Ok(objects) => Arc::new(objects),
                    Err(source) => return Err(SourcesError::Folder { bucket: name, folder, source }),
                },
            };
            Ok((name, objects))
        };
        let buckets = buckets.into_iter().map(open).collect::<Result<_, _>>()?;
        Ok(Self { buckets, s3: s3.map(Server::new).transpose()?.map(Arc::new) })
    }

    /// Whether nothing is read.
    pub(crate) fn is_empty(&self) -> bool {
        self.buckets.is_empty() && self.s3.is_none()
    }

    /// Each bucket that is here by its name, with where its objects are, for people.
    pub(crate) fn described(&self) -> impl Iterator<Item = (&str, String)> {
        self.buckets.iter().map(|(name, bucket)| (name.as_str(), bucket.describe()))
    }

    /// The S3 server, if there is one.
    pub(crate) fn s3(&self) -> Option<&UpstreamAddress> {
        self.s3.as_deref().map(Server::address)
    }

    /// How many files the source of a start has, or why Neptune would not execute it. Of an S3 server only one page is asked for.
    pub(crate) async fn list(&self, request: &StartRequest) -> Result<u64, StartFailure> {
        let (bucket, prefix) = request.bucket_and_prefix();
        match (self.buckets.get(bucket), &self.s3) {
            (Some(bucket), _) => {
                let (bucket, prefix) = (Arc::clone(bucket), prefix.to_owned());
                let listed = move || bucket::list(&*bucket, &prefix).map(|objects| objects.len() as u64);
                tokio::task::spawn_blocking(listed).await.unwrap_or(Err(StartFailure::S3Unknown))
            }
            (None, Some(s3)) => s3.count(request).await,
            (None, None) => Err(StartFailure::BucketNotFound),
        }
    }

    /// What a load finds that reads this. It adds what is there to a graph. Once `is_stopped`, nothing more is read. Blocks until all is
    /// read, on a thread of the runtime that may block.
    pub(crate) fn read(
        &self,
        load: &Reading,
        graph: &mut Graph,
        is_stopped: &Arc<AtomicBool>,
    ) -> Result<Workload, StartFailure> {
        let StartRequest { region, .. } = &load.request;
        let (bucket, _) = load.request.bucket_and_prefix();
        match (self.buckets.get(bucket), &self.s3) {
            (Some(bucket), _) => reading::read(&**bucket, load, graph, is_stopped),
            (None, Some(s3)) => reading::read(&s3.bucket(bucket, region)?, load, graph, is_stopped),
            (None, None) => Err(StartFailure::BucketNotFound),
        }
    }
}
