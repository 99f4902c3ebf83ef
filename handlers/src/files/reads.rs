//! Many objects, read one after the other.

use futures::stream::{self, Stream, StreamExt as _};

use super::error::FileError;
use super::s3::S3;

/// How many are read at once.
const READS: usize = 8;

/// The objects with these names, in their order, each of so many bytes at most.
pub(super) fn read_all<'a>(
    s3: &'a S3,
    bucket: &'a str,
    folder: &'a str,
    names: Vec<String>,
    most: usize,
) -> impl Stream<Item = (String, Result<Vec<u8>, FileError>)> + Unpin + 'a {
    let get = move |name: String| async move {
        let read = s3.get(bucket, &format!("{folder}{name}"), most).await;
        (name, read)
    };
    Box::pin(stream::iter(names).map(get).buffered(READS))
}
