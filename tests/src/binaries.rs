//! Finds the executables that belong to the running test: those of the same profile folder, and never an old one.
//!
//! Cargo tells a package where its own binaries are, but not where another package's are, and a filtered run does not build them.
//! A test against yesterday's handler would be worse than none, so an executable older than its sources is an error.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the handlers' binaries are made of, from the project's root. Manifests are not among them: a change there may leave a binary
/// as it is, and building again would not help then.
const HANDLER_SOURCES: [&str; 3] = ["handlers/src", "handlers/roots", "neptune-sim/wire/src"];
/// The same for the simulator's program.
pub const SIMULATOR_SOURCES: [&str; 4] =
    ["neptune-sim/src", "neptune-sim/engine/src", "neptune-sim/wire/src", "neptune-sim/control/src"];

/// Why there is no executable to run.
#[derive(Debug, thiserror::Error)]
pub enum BinaryError {
    /// It was not built.
    #[error("no executable at `{}`: build it with `cargo build --workspace --bins --examples`", .path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A source was changed since.
    #[error(
        "`{}` is older than its source `{}`: build it again with `cargo build --workspace --bins --examples`",
        .path.display(), .source_file.display()
    )]
    Stale {
        /// The executable.
        path: PathBuf,
        /// The source.
        source_file: PathBuf,
    },
    /// The folders of this test run can't be looked at.
    #[error("can't look for the executable `{name}`")]
    Unreadable {
        /// The executable.
        name: String,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
}

/// The executable of a Lambda function.
///
/// # Errors
///
/// It is not there, older than its sources, or its folder can't be read.
pub fn handler_binary(name: &str) -> Result<PathBuf, BinaryError> {
    find(Path::new(""), name, &HANDLER_SOURCES)
}

/// The simulator's program.
///
/// # Errors
///
/// As for [`handler_binary`].
pub fn simulator_binary() -> Result<PathBuf, BinaryError> {
    find(Path::new(""), "neptune-sim", &SIMULATOR_SOURCES)
}

/// The executable of an example, of any package in the workspace.
///
/// # Errors
///
/// As for [`handler_binary`].
pub fn example_binary(name: &str) -> Result<PathBuf, BinaryError> {
    find(Path::new("examples"), name, &HANDLER_SOURCES)
}

/// The program behind `cargo xtask`.
///
/// # Errors
///
/// As for [`handler_binary`].
pub fn workshop_binary() -> Result<PathBuf, BinaryError> {
    find(Path::new(""), "xtask", &["xtask/src"])
}

fn find(folder: &Path, name: &str, source_folders: &[&str]) -> Result<PathBuf, BinaryError> {
    let unreadable = |source| BinaryError::Unreadable { name: name.to_owned(), source };
    // A test runs from target/PROFILE/deps, a program from target/PROFILE.
    let own = env::current_exe().map_err(unreadable)?;
    let folder_of_own = own.parent().unwrap_or(Path::new(""));
    let profile = if folder_of_own.ends_with("deps") { folder_of_own.parent().unwrap_or(folder_of_own) } else { folder_of_own };
    let path = profile.join(folder).join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if !path.is_file() {
        return Err(BinaryError::Missing { path });
    }
    match newer_source(&path, source_folders).map_err(unreadable)? {
        Some(source_file) => Err(BinaryError::Stale { path, source_file }),
        None => Ok(path),
    }
}

/// A source of this executable that was changed after it was built.
///
/// Cargo leaves a list of the sources beside what it was told to build, but not beside a binary that it builds on the way to a test.
/// The folders that it is made of stand in for the list then.
fn newer_source(executable: &Path, source_folders: &[&str]) -> io::Result<Option<PathBuf>> {
    let built = fs::metadata(executable)?.modified()?;
    match fs::read_to_string(executable.with_extension("d")) {
        Ok(dep_info) => Ok(first_changed(built, sources(&dep_info))),
        Err(_) => changed_since(built, source_folders),
    }
}

/// A file that was changed after a moment: one of these, or one in these folders and in those inside them. Given from the project's root.
///
/// # Errors
/// One of them is not there, or can't be read.
pub fn changed_since(moment: SystemTime, sources: &[&str]) -> io::Result<Option<PathBuf>> {
    let mut files = Vec::new();
    for source in sources {
        collect(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(source), &mut files)?;
    }
    Ok(first_changed(moment, files))
}

fn collect(path: PathBuf, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if fs::metadata(&path)?.is_file() {
        files.push(path);
        return Ok(());
    }
    fs::read_dir(path)?.try_for_each(|entry| collect(entry?.path(), files))
}

fn first_changed(moment: SystemTime, files: Vec<PathBuf>) -> Option<PathBuf> {
    files.into_iter().find(|file| changed(file).is_some_and(|changed| changed > moment))
}

/// None for a file that is not there any more: whoever deleted it had to change another.
fn changed(source: &Path) -> Option<SystemTime> {
    fs::metadata(source).ok()?.modified().ok()
}

/// The sources in a dep-info file: lines `TARGET: SOURCE SOURCE …`, where a space within a name has a backslash before it.
fn sources(dep_info: &str) -> Vec<PathBuf> {
    let of_line = |line: &str| -> Vec<PathBuf> {
        let Some((_, names)) = line.split_once(": ") else { return Vec::new() };
        let names = names.replace("\\ ", "\0");
        names.split_whitespace().map(|name| PathBuf::from(name.replace('\0', " "))).collect()
    };
    dep_info.lines().flat_map(of_line).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_missing_executable_is_an_error_that_says_what_to_do() {
        let error = handler_binary("no_such_handler").unwrap_err();
        assert!(matches!(error, BinaryError::Missing { .. }), "{error:?}");
        let message = error.to_string();
        assert!(message.contains("no_such_handler") && message.contains("cargo build --workspace --bins"), "{message}");
        let error = example_binary("no_such_example").unwrap_err().to_string();
        assert!(error.contains("examples/no_such_example"), "{error}");
    }

    #[test]
    fn sources_are_read_with_spaces_in_their_names() {
        let dep_info = "/target/debug/x: /src/main.rs /my\\ code/lib.rs\n\n/src/main.rs:\n";
        assert_eq!(sources(dep_info), [Path::new("/src/main.rs"), Path::new("/my code/lib.rs")]);
    }

    #[test]
    fn a_source_that_was_changed_later_is_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        let file = folder.path().join("inner/a.yaml");
        fs::write(&file, "name: a").unwrap();
        let changed = fs::metadata(&file).unwrap().modified().unwrap();
        let earlier = changed - Duration::from_secs(1);
        let folder = folder.path().to_str().unwrap();
        assert_eq!(changed_since(earlier, &[folder]).unwrap(), Some(file));
        assert_eq!(changed_since(changed, &[folder]).unwrap(), None);
        assert!(changed_since(changed, &["no/such/folder"]).is_err());
    }

    #[test]
    fn an_executable_older_than_a_source_is_found_out() {
        let folder = tempfile::tempdir().unwrap();
        let [executable, source] = ["handler", "my source.rs"].map(|name| folder.path().join(name));
        let built = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let change = |path: &Path, time| File::create(path).unwrap().set_modified(time).unwrap();
        change(&executable, built);
        change(&source, built - Duration::from_secs(1));
        let stands_in = newer_source(&executable, &HANDLER_SOURCES).unwrap().expect("the handlers are younger than 1970");
        assert!(
            HANDLER_SOURCES.iter().any(|folder| stands_in.to_string_lossy().contains(folder)),
            "without a list: {stands_in:?}"
        );

        let listed = format!("{}: /gone.rs {}\n", executable.display(), source.display().to_string().replace(' ', "\\ "));
        fs::write(executable.with_extension("d"), listed).unwrap();
        assert_eq!(newer_source(&executable, &HANDLER_SOURCES).unwrap(), None);
        change(&source, built + Duration::from_secs(1));
        assert_eq!(newer_source(&executable, &HANDLER_SOURCES).unwrap(), Some(source));
    }
}
