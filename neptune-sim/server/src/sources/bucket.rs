//! What a bucket offers: a list of its objects, and their bytes.

use std::fmt;
use std::io::{self, Read};

use neptune_loader::StartFailure;

/// How many objects a source may have. Neptune names no limit.
pub(super) const OBJECTS: usize = 100_000;
/// How long a key may be, in bytes (documented by S3).
pub(super) const KEY_BYTES: usize = 1024;

/// An object as it was listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object {
    pub(super) key: String,
    /// Another one when the object is changed.
    pub(super) version: String,
}

/// Why an object cannot be read, where that has an error code of its own. It is what an [`io::Error`] of a bucket holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ObjectError {
    /// It may not be read.
    #[error("access denied")]
    Denied,
    /// It is not there any more as it was listed.
    #[error("it was changed or deleted")]
    Changed,
}

impl From<ObjectError> for io::Error {
    fn from(error: ObjectError) -> Self {
        Self::other(error)
    }
}

/// Adds an object to a list, unless that has as many as a source may have.
pub(super) fn add(objects: &mut Vec<Object>, object: Object) -> Result<(), TooMany> {
    if objects.len() == OBJECTS {
        return Err(TooMany);
    }
    objects.push(object);
    Ok(())
}

/// A source has more objects than it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it has more than {OBJECTS} objects")]
pub(super) struct TooMany;

/// Objects by key.
pub(super) trait Bucket: fmt::Debug + Send + Sync {
    /// Where the objects are, for people.
    fn describe(&self) -> String;

    /// All objects whose keys begin so, [`OBJECTS`] at most, in the order of the bytes of their keys. May block.
    fn list(&self, prefix: &str) -> Result<Vec<Object>, StartFailure>;

    /// The bytes of an object that was listed. May block, and so may reading it.
    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>>;
}

/// The objects of a source. A key that ends with a slash stands for a folder, and is no file (inferred).
pub(super) fn list(bucket: &dyn Bucket, prefix: &str) -> Result<Vec<Object>, StartFailure> {
    if prefix.len() > KEY_BYTES {
        return Err(StartFailure::SourceNotFound);
    }
    let mut objects = bucket.list(prefix)?;
    objects.retain(|object| !object.key.ends_with('/'));
    if objects.is_empty() { Err(StartFailure::SourceNotFound) } else { Ok(objects) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_has_a_largest_number_of_objects() {
        let object = |n: usize| Object { key: n.to_string(), version: String::new() };
        let mut objects: Vec<Object> = (1..OBJECTS).map(object).collect();
        assert_eq!(add(&mut objects, object(0)), Ok(()));
        assert_eq!(add(&mut objects, object(OBJECTS)), Err(TooMany));
    }
}
