//! A bucket whose objects are the files of a folder.
//!
//! A key comes from the folder and never from a request: a request only says how keys begin. Nothing outside the folder is read, not through a
//! link either.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use neptune_loader::StartFailure;

use super::bucket::{self, Bucket, KEY_BYTES, Object, ObjectError};

#[derive(Debug)]
pub(super) struct Folder {
    /// Without links in it.
    root: PathBuf,
}

impl Folder {
    /// # Errors
    /// It is not there, or no folder.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let root = path.canonicalize()?;
        // Says at once what a load would say later.
        fs::read_dir(&root)?;
        Ok(Self { root })
    }

    /// Adds what is in a folder. `key` is the folder's, with a slash at the end, or empty.
    fn add(&self, key: &str, prefix: &str, objects: &mut Vec<Object>) -> io::Result<()> {
        for entry in fs::read_dir(self.root.join(key))? {
            let entry = entry?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                tracing::warn!(file = %entry.path().display(), "a name that is no UTF-8 is no key: the file is left out");
                continue;
            };
            let key = format!("{key}{name}");
            // A file that has gone meanwhile was never there.
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                let key = format!("{key}/");
                if key.starts_with(prefix) || prefix.starts_with(&key) {
                    self.add(&key, prefix, objects)?;
                }
            } else if key.starts_with(prefix) {
                self.add_file(key, objects)?;
            }
        }
        Ok(())
    }

    fn add_file(&self, key: String, objects: &mut Vec<Object>) -> io::Result<()> {
        // Follows a link. One that leads nowhere is still an object, so that it is not lost silently.
        let found = fs::metadata(self.root.join(&key));
        if found.as_ref().is_ok_and(|found| !found.is_file()) {
            tracing::warn!(key, "a link to a folder, or no regular file: it is left out");
            return Ok(());
        }
        if key.len() > KEY_BYTES {
            tracing::warn!(key, "longer than a key may be: the file is left out");
            return Ok(());
        }
        let object = Object { key, version: found.as_ref().map(version).unwrap_or_default() };
        bucket::add(objects, object).map_err(io::Error::other)
    }
}

impl Bucket for Folder {
    fn describe(&self) -> String {
        self.root.display().to_string()
    }

    fn list(&self, prefix: &str) -> Result<Vec<Object>, StartFailure> {
        let mut objects = Vec::new();
        self.add("", prefix, &mut objects).map_err(|error| {
            tracing::warn!(folder = %self.root.display(), %error, "the folder of a bucket cannot be listed");
            match error.kind() {
                io::ErrorKind::PermissionDenied => StartFailure::ListDenied,
                io::ErrorKind::NotFound => StartFailure::BucketNotFound,
                _ => StartFailure::S3Unknown,
            }
        })?;
        objects.sort();
        Ok(objects)
    }

    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>> {
        let path = self.root.join(&object.key).canonicalize().map_err(unreadable)?;
        if !path.starts_with(&self.root) {
            tracing::warn!(key = object.key, "a link that leads out of the folder of its bucket is not followed");
            return Err(ObjectError::Denied.into());
        }
        let file = File::open(path).map_err(unreadable)?;
        let file = Unchanged { file, version: object.version.clone() };
        file.check()?;
        Ok(Box::new(file))
    }
}

/// A file that fails at its end if it was changed while it was read.
struct Unchanged {
    file: File,
    version: String,
}

impl Unchanged {
    fn check(&self) -> io::Result<()> {
        if version(&self.file.metadata()?) == self.version { Ok(()) } else { Err(ObjectError::Changed.into()) }
    }
}

impl Read for Unchanged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        if count == 0 && !buffer.is_empty() {
            self.check()?;
        }
        Ok(count)
    }
}

fn version(found: &Metadata) -> String {
    format!("{}-{}-{}.{}", found.ino(), found.len(), found.mtime(), found.mtime_nsec())
}

fn unreadable(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::PermissionDenied => ObjectError::Denied.into(),
        io::ErrorKind::NotFound => ObjectError::Changed.into(),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use rstest::rstest;
    use tempfile::TempDir;

    use super::*;

    /// A folder `b` with files, and a secret beside it.
    fn bucket() -> (TempDir, Folder) {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "hunter2").unwrap();
        let root = outside.path().join("b");
        for (key, text) in [("in/a.csv", "a"), ("in/more/b.csv", "b"), ("in.csv", "c"), ("in-2/d.csv", "d"), ("é.csv", "e")] {
            let path = root.join(key);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let folder = Folder::open(&root).unwrap();
        (outside, folder)
    }

    fn keys(folder: &Folder, prefix: &str) -> Vec<String> {
        folder.list(prefix).unwrap().into_iter().map(|object| object.key).collect()
    }

    fn read(folder: &Folder, object: &Object) -> Result<String, Option<ObjectError>> {
        let known = |error: io::Error| error.get_ref().and_then(|error| error.downcast_ref()).copied();
        let mut text = String::new();
        folder.open(object).map_err(known)?.read_to_string(&mut text).map_err(known)?;
        Ok(text)
    }

    #[rstest]
    #[case::all("", &["in-2/d.csv", "in.csv", "in/a.csv", "in/more/b.csv", "é.csv"])]
    #[case::a_prefix_is_no_folder("in", &["in-2/d.csv", "in.csv", "in/a.csv", "in/more/b.csv"])]
    #[case::a_folder("in/", &["in/a.csv", "in/more/b.csv"])]
    #[case::within_a_folder("in/m", &["in/more/b.csv"])]
    #[case::one_file("in/a.csv", &["in/a.csv"])]
    #[case::another_case("IN/", &[])]
    #[case::upwards("../", &[])]
    #[case::upwards_from_within("in/../../secret", &[])]
    #[case::absolute("/", &[])]
    fn a_prefix_selects_keys(#[case] prefix: &str, #[case] expected: &[&str]) {
        assert_eq!(keys(&bucket().1, prefix), expected);
    }

    #[test]
    fn links_are_followed_within_the_folder_only() {
        let (outside, folder) = bucket();
        symlink("a.csv", folder.root.join("in/inside.csv")).unwrap();
        symlink(outside.path().join("secret"), folder.root.join("in/outside.csv")).unwrap();
        symlink(outside.path(), folder.root.join("in/all")).unwrap();
        symlink("..", folder.root.join("in/up")).unwrap();
        symlink("nowhere", folder.root.join("in/lost.csv")).unwrap();
        let objects = folder.list("in/").unwrap();
        let read: Vec<_> = objects.iter().map(|object| (object.key.as_str(), read(&folder, object))).collect();
        let text = |text: &str| Ok(text.to_owned());
        assert_eq!(
            read,
            [
                ("in/a.csv", text("a")),
                ("in/inside.csv", text("a")),
                ("in/lost.csv", Err(Some(ObjectError::Changed))),
                ("in/more/b.csv", text("b")),
                ("in/outside.csv", Err(Some(ObjectError::Denied))),
            ]
        );
    }

    #[test]
    fn a_file_that_changes_after_it_was_listed_is_noticed() {
        let (_outside, folder) = bucket();
        let objects = folder.list("in").unwrap();
        let object = |key: &str| objects.iter().find(|object| object.key == key).unwrap();
        fs::write(folder.root.join("in.csv"), "longer").unwrap();
        fs::remove_file(folder.root.join("in/a.csv")).unwrap();
        for key in ["in.csv", "in/a.csv"] {
            assert_eq!(read(&folder, object(key)), Err(Some(ObjectError::Changed)), "{key}");
        }
        let mut open = folder.open(object("in-2/d.csv")).unwrap();
        fs::write(folder.root.join("in-2/d.csv"), "ddd").unwrap();
        let error = open.read_to_string(&mut String::new()).unwrap_err();
        assert_eq!(error.to_string(), "it was changed or deleted");
    }

    #[test]
    fn a_folder_that_is_gone_is_a_missing_bucket() {
        let (outside, folder) = bucket();
        fs::rename(&folder.root, outside.path().join("moved")).unwrap();
        assert_eq!(folder.list(""), Err(StartFailure::BucketNotFound));
    }

    #[test]
    fn what_may_not_be_read_is_denied() {
        let error = unreadable(io::ErrorKind::PermissionDenied.into());
        assert_eq!(error.to_string(), ObjectError::Denied.to_string());
    }
}
