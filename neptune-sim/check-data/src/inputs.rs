//! Which files there are, and in which order they are read.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use neptune_data::unpacked;

/// Standard input, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Standard,
    File(PathBuf),
}

/// A path that cannot be used, and why.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) path: PathBuf,
    pub(crate) source: io::Error,
}

impl Input {
    /// Every input that the paths name: of a folder all files in it and in its folders, by name.
    pub(crate) fn all(paths: &[PathBuf]) -> Result<Vec<Self>, Unreadable> {
        let mut inputs = Vec::new();
        for path in paths {
            if path == Path::new("-") {
                inputs.push(Self::Standard);
            } else {
                add(path, &mut inputs).map_err(|source| Unreadable { path: path.clone(), source })?;
            }
        }
        Ok(inputs)
    }

    /// What reports call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Standard => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Opens it. What is compressed is unpacked.
    pub(crate) fn open(&self) -> Result<Box<dyn Read>, Unreadable> {
        match self {
            Self::Standard => unpacked(io::stdin(), None).map(|text| Box::new(text) as Box<dyn Read>),
            Self::File(path) => File::open(path)
                .and_then(|file| unpacked(file, Some(&path.to_string_lossy())))
                .map(|text| Box::new(text) as Box<dyn Read>),
        }
        .map_err(|source| self.unreadable(source))
    }

    pub(crate) fn unreadable(&self, source: io::Error) -> Unreadable {
        Unreadable { path: PathBuf::from(self.name()), source }
    }
}

/// Adds a file, or the files of a folder. Links to folders inside it are not followed: one may lead round in a circle.
fn add(path: &Path, inputs: &mut Vec<Input>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        inputs.push(Input::File(path.to_owned()));
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for entry in entries {
        if !(fs::symlink_metadata(&entry)?.is_symlink() && entry.is_dir()) {
            add(&entry, inputs)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_all_files_in_it_by_name() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["c.csv", "b/d.csv", "a.csv"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).unwrap();
        let inputs = Input::all(&[folder.path().to_owned(), "-".into()]).unwrap();
        let files = ["a.csv", "b/d.csv", "c.csv"].map(|name| Input::File(folder.path().join(name)));
        assert_eq!(inputs, [&files[..], &[Input::Standard]].concat());
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        let error = Input::all(&["no-such-file.csv".into()]).unwrap_err();
        assert_eq!((error.path, error.source.kind()), ("no-such-file.csv".into(), io::ErrorKind::NotFound));
    }
}
