//! A bucket whose objects a scenario holds.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

use neptune_loader::StartFailure;

use super::bucket::{Bucket, Object, ObjectError};

#[derive(Debug)]
pub(super) struct Inline(BTreeMap<String, Arc<str>>);

impl Inline {
    pub(super) fn new(objects: BTreeMap<String, String>) -> Self {
        Self(objects.into_iter().map(|(key, text)| (key, text.into())).collect())
    }
}

impl Bucket for Inline {
    fn describe(&self) -> String {
        "what the scenario holds".to_owned()
    }

    fn list(&self, prefix: &str) -> Result<Vec<Object>, StartFailure> {
        let keys = self.0.keys().filter(|key| key.starts_with(prefix));
        Ok(keys.map(|key| Object { key: key.clone(), version: String::new() }).collect())
    }

    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>> {
        let text = self.0.get(&object.key).ok_or(ObjectError::Changed)?;
        Ok(Box::new(Cursor::new(ArcBytes(Arc::clone(text)))))
    }
}

/// A shared text as bytes.
struct ArcBytes(Arc<str>);

impl AsRef<[u8]> for ArcBytes {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
