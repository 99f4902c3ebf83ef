//! Which files there are, and in which order they are read.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

/// One thing that is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Input {
    Standard,
    /// A pipe that is open: `/dev/stdin`, and what a shell writes for `<(…)`.
    Pipe(PathBuf),
    File(PathBuf),
}

/// A path that cannot be used, and why.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) path: PathBuf,
    pub(crate) source: io::Error,
}

/// What the paths of a command line name.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// Each once, in the order of the command line; files of a folder by name.
    pub(crate) all: Vec<Input>,
    /// What is in folders and is not read: what is neither a file nor a folder, and links to folders.
    pub(crate) left_out: Vec<PathBuf>,
    /// Files that are named in full.
    named: Vec<PathBuf>,
    seen: HashSet<Input>,
}

/// What a load reads, too, whose source is a file that is named in full: its name begins so.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Beside {
    pub(crate) path: PathBuf,
    pub(crate) source: PathBuf,
}

impl Inputs {
    /// Every input that the paths name. A path is a file; a folder, of which all files are read, those in its folders, too; `-`; or the
    /// beginning of names, as the source of a load is, if there is nothing of that name.
    pub(crate) fn find(paths: &[PathBuf]) -> Result<Self, Unreadable> {
        let mut inputs = Self::default();
        paths.iter().try_for_each(|path| inputs.add_named(path))?;
        Ok(inputs)
    }

    fn add_named(&mut self, path: &Path) -> Result<(), Unreadable> {
        if path == Path::new("-") {
            self.add(Input::Standard);
            return Ok(());
        }
        match fs::metadata(path) {
            Ok(known) if known.is_dir() => self.add_folder(path, "").map(drop),
            Ok(known) if known.is_file() => {
                self.named.push(path.to_owned());
                self.add(Input::File(path.to_owned()));
                Ok(())
            }
            Ok(known) if known.file_type().is_fifo() && is_open(path) => {
                self.add(Input::Pipe(path.to_owned()));
                Ok(())
            }
            Ok(_) => Err(unreadable(path, not_a_file(path))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.add_prefix(path, unreadable(path, error)),
            Err(error) => Err(unreadable(path, error)),
        }
    }

    /// Adds all whose names begin so.
    fn add_prefix(&mut self, path: &Path, nothing: Unreadable) -> Result<(), Unreadable> {
        let text = path.to_str().filter(|path| !path.is_empty() && !path.ends_with('/'));
        let Some((folder, start)) = text.map(split).filter(|(folder, _)| folder.is_dir()) else { return Err(nothing) };
        if self.add_folder(folder, start)? > 0 { Ok(()) } else { Err(nothing) }
    }

    /// Adds what is in a folder and begins so. Returns how much that is. Links to folders are not followed: one may lead round
    /// in a circle.
    fn add_folder(&mut self, folder: &Path, start: &str) -> Result<usize, Unreadable> {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = entries.map_err(|error| unreadable(folder, error))?;
        entries.retain(|entry| entry.file_name().as_encoded_bytes().starts_with(start.as_bytes()));
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in &entries {
            // A path as people write it: without the `.` that stands for the folder of a bare name.
            let path = if folder == Path::new(".") { entry.file_name().into() } else { entry.path() };
            let kind = entry.file_type().map_err(|error| unreadable(&path, error))?;
            if kind.is_dir() {
                self.add_folder(&path, "")?;
            } else if kind.is_file() || (kind.is_symlink() && leads_to_a_file(&path)) {
                self.add(Input::File(path));
            } else {
                self.left_out.push(path);
            }
        }
        Ok(entries.len())
    }

    /// What is beside the files that are named in full, begins like one of them, and is not read.
    pub(crate) fn beside(&self) -> io::Result<Vec<Beside>> {
        let (mut folders, mut beside) = (HashMap::new(), Vec::new());
        for source in &self.named {
            let Some(name) = source.file_name() else { continue };
            let folder = folder_of(source);
            if !folders.contains_key(folder) {
                let mut names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
                names.sort();
                folders.insert(folder, names);
            }
            let names = &folders[folder];
            let behind = &names[names.partition_point(|other| other.as_os_str() <= name)..];
            let others = behind.iter().take_while(|other| other.as_encoded_bytes().starts_with(name.as_encoded_bytes()));
            let paths = others.map(|other| source.with_file_name(other));
            let not_read = paths.filter(|path| path.exists() && !self.seen.contains(&Input::File(in_full(path))));
            beside.extend(not_read.map(|path| Beside { path, source: source.clone() }));
        }
        Ok(beside)
    }

    /// A load reads an object once, however often its key fits, and a path may be written in many ways.
    fn add(&mut self, input: Input) {
        let known_as = match &input {
            Input::File(path) => Input::File(in_full(path)),
            other => other.clone(),
        };
        if self.seen.insert(known_as) {
            self.all.push(input);
        }
    }
}

impl Input {
    /// What reports call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Standard => "standard input".to_owned(),
            Self::Pipe(path) | Self::File(path) => path.display().to_string(),
        }
    }

    /// Whether what it holds comes once only.
    pub(crate) fn comes_once(&self) -> bool {
        !matches!(self, Self::File(_))
    }

    pub(crate) fn unreadable(&self, source: io::Error) -> Unreadable {
        Unreadable { path: PathBuf::from(self.name()), source }
    }
}

/// A path from the root, without `..` and links on the way. What the last name leads to does not matter: two names are two objects.
fn in_full(path: &Path) -> PathBuf {
    match (fs::canonicalize(folder_of(path)), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// Whether a pipe is one of this process, which has a writer. One with a name may wait for a writer for ever.
fn is_open(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

/// Whether a link leads to a file, or to nothing: that is one that cannot be read.
fn leads_to_a_file(link: &Path) -> bool {
    fs::metadata(link).map_or(true, |known| known.is_file())
}

fn unreadable(path: &Path, source: io::Error) -> Unreadable {
    Unreadable { path: path.to_owned(), source }
}

fn not_a_file(path: &Path) -> io::Error {
    let path = path.display();
    let remedy = format!("it is neither a file nor a folder; give it to standard input: `neptune-sim check-data - < {path}`");
    io::Error::new(io::ErrorKind::InvalidInput, remedy)
}

/// The folder, and how the names in it begin.
fn split(path: &str) -> (&Path, &str) {
    match path.rsplit_once('/') {
        Some(("", start)) => (Path::new("/"), start),
        Some((folder, start)) => (Path::new(folder), start),
        None => (Path::new("."), path),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["c.csv", "b/d.csv", "a.csv", "b.csv"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).unwrap();
        std::os::unix::fs::symlink("a.csv", folder.path().join("link.csv")).unwrap();
        std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
        folder
    }

    #[rstest]
    #[case::a_folder(&[""], &["a.csv", "b/d.csv", "b.csv", "c.csv", "link.csv"], 2)]
    #[case::a_file(&["c.csv"], &["c.csv"], 0)]
    #[case::a_path_that_is_there_is_no_prefix(&["b"], &["b/d.csv"], 0)]
    #[case::a_prefix(&["b.c"], &["b.csv"], 0)]
    #[case::a_prefix_of_a_folder(&["b/d"], &["b/d.csv"], 0)]
    #[case::a_prefix_of_several(&["c"], &["c.csv"], 1)]
    #[case::each_once_however_it_is_written(&["b.csv", "./b.csv", "b/../b.csv", "circle/b.csv"], &["b.csv"], 0)]
    #[case::each_once(&["c.csv", "", "c"], &["c.csv", "a.csv", "b/d.csv", "b.csv", "link.csv"], 3)]
    fn paths_name_files_folders_and_prefixes(#[case] paths: &[&str], #[case] files: &[&str], #[case] left_out: usize) {
        let folder = folder();
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
        let inputs = Inputs::find(&paths).unwrap();
        let files: Vec<_> = files.iter().map(|name| Input::File(folder.path().join(name))).collect();
        assert_eq!((inputs.all, inputs.left_out.len()), (files, left_out));
    }

    #[test]
    fn a_prefix_in_the_folder_of_the_program_has_no_folder() {
        assert_eq!(split("part-"), (Path::new("."), "part-"));
        assert_eq!(split("/x"), (Path::new("/"), "x"));
        let inputs = Inputs::find(&["Cargo.tom".into()]).unwrap();
        assert_eq!(inputs.all, [Input::File("Cargo.toml".into())]);
    }

    #[rstest]
    #[case("no-such-file.csv", io::ErrorKind::NotFound)]
    #[case("src/no-such-", io::ErrorKind::NotFound)]
    #[case("no-such-folder/x", io::ErrorKind::NotFound)]
    #[case("sr/", io::ErrorKind::NotFound)]
    #[case("Cargo.toml/x", io::ErrorKind::NotADirectory)]
    #[case("/dev/zero", io::ErrorKind::InvalidInput)]
    #[case("", io::ErrorKind::NotFound)]
    fn a_path_that_is_not_there_is_named(#[case] path: &str, #[case] kind: io::ErrorKind) {
        let error = Inputs::find(&[path.into()]).unwrap_err();
        assert_eq!((error.path, error.source.kind()), (path.into(), kind));
    }
}
