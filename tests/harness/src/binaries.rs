//! Finds the executables for the running test: those in the same profile folder, and never an old one.
//!
//! Cargo passes a package the paths of its own binaries, but not those of other packages, and a filtered run does not build them.
//! A test against yesterday's handler would be worse than none, so an executable older than its sources is an error. So is one that was
//! built from another checkout, which shares the target folder: cargo itself sees to that for what it builds, but not for the rest.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::checkout;

/// What the handlers' binaries are made of, from the project's root. Manifests are not among them: a change there may leave a binary
/// as it is, and building again would not help then.
const HANDLER_SOURCES: [&str; 6] = [
    "handlers/src",
    "handlers/roots",
    "neptune-sim/data/src",
    "neptune-sim/sigv4/src",
    "neptune-sim/text/src",
    "neptune-sim/wire/src",
];
/// The same for the simulator's program.
pub const SIMULATOR_SOURCES: [&str; 17] = [
    "neptune-sim/build.rs",
    "neptune-sim/src",
    "neptune-sim/check-poller/src",
    "neptune-sim/server/src",
    "neptune-sim/control/src",
    "neptune-sim/fault/src",
    "neptune-sim/loader/src",
    "neptune-sim/scenario/src",
    "neptune-sim/sigv4/src",
    "neptune-sim/text/src",
    "neptune-sim/wire/src",
    "handlers/roots",
    "scenarios/check_bulk_load_status",
    "scenarios/get_load_status",
    "scenarios/failures",
    "tests/harness/src",
    "tests/report/src",
];
/// The packages with examples, and what these are made of beside their own files.
const WITH_EXAMPLES: [(&str, &[&str]); 2] = [("handlers", &HANDLER_SOURCES), ("neptune-sim", &SIMULATOR_SOURCES)];

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
    /// It was built from another checkout that shares the target folder.
    #[error(
        "`{}` was built from the checkout `{}`: build this one with `cargo build --workspace --bins --examples`",
        .path.display(), .checkout.display()
    )]
    Elsewhere {
        /// The executable.
        path: PathBuf,
        /// The root of the checkout that it was built from.
        checkout: PathBuf,
    },
    /// The folders of this test run cannot be read.
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
/// It is not there, older than its sources, of another checkout, or its folder can't be read.
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
/// As for [`handler_binary`]; or no package has this example.
pub fn example_binary(name: &str) -> Result<PathBuf, BinaryError> {
    let unreadable = |source| BinaryError::Unreadable { name: name.to_owned(), source };
    let sources = example_sources(&checkout::root().map_err(unreadable)?, name).map_err(unreadable)?;
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    find(Path::new("examples"), name, &sources)
}

/// The program behind `cargo xtask`.
///
/// # Errors
///
/// As for [`handler_binary`].
pub fn workshop_binary() -> Result<PathBuf, BinaryError> {
    find(Path::new(""), "xtask", &["xtask/src"])
}

/// What an example is made of: its own file or folder, and the sources of its package.
fn example_sources(root: &Path, name: &str) -> io::Result<Vec<String>> {
    for (package, sources) in WITH_EXAMPLES {
        for own in [format!("{package}/examples/{name}.rs"), format!("{package}/examples/{name}")] {
            if root.join(&own).exists() {
                return Ok(sources.iter().map(|source| (*source).to_owned()).chain([own]).collect());
            }
        }
    }
    Err(io::Error::new(io::ErrorKind::NotFound, format!("no package has an example `{name}`")))
}

fn find(folder: &Path, name: &str, source_folders: &[&str]) -> Result<PathBuf, BinaryError> {
    let unreadable = |source| BinaryError::Unreadable { name: name.to_owned(), source };
    let root = checkout::root().map_err(unreadable)?;
    // A test runs from target/PROFILE/deps, a program from target/PROFILE.
    let own = env::current_exe().map_err(unreadable)?;
    let folder_of_own = own.parent().unwrap_or(Path::new(""));
    let profile = if folder_of_own.ends_with("deps") { folder_of_own.parent().unwrap_or(folder_of_own) } else { folder_of_own };
    find_in(&root, &profile.join(folder), name, source_folders)
}

/// The executable of this name in a folder, if it was built of the sources as they are in this checkout.
fn find_in(root: &Path, folder: &Path, name: &str, source_folders: &[&str]) -> Result<PathBuf, BinaryError> {
    let unreadable = |source| BinaryError::Unreadable { name: name.to_owned(), source };
    let path = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if !path.is_file() {
        return Err(BinaryError::Missing { path });
    }
    if let Some(checkout) = built_from(&path).map_err(unreadable)?.filter(|checkout| !is_same(checkout, root)) {
        return Err(BinaryError::Elsewhere { path, checkout });
    }
    match newer_source(root, &path, source_folders).map_err(unreadable)? {
        Some(source_file) => Err(BinaryError::Stale { path, source_file }),
        None => Ok(path),
    }
}

/// The checkout that an executable was built from, as far as that is known.
///
/// What cargo builds is a hard link to a file with a longer name, and the compiler leaves a list beside that which has the variables that
/// the source asks for. `.cargo/config.toml` sets one to the root of the checkout, and every program asks for it.
fn built_from(executable: &Path) -> io::Result<Option<PathBuf>> {
    let Some(folder) = executable.parent() else { return Ok(None) };
    let linked = fs::metadata(executable)?;
    let begin = format!("{}-", executable.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_"));
    for folder in [folder.join("deps"), folder.to_owned()] {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let entry = entry?;
            if !entry.file_name().to_string_lossy().replace('-', "_").starts_with(&begin.replace('-', "_")) {
                continue;
            }
            let file = entry.metadata()?;
            if (file.dev(), file.ino()) == (linked.dev(), linked.ino()) && entry.path() != executable {
                let list = fs::read_to_string(entry.path().with_extension("d")).unwrap_or_default();
                return Ok(list.lines().find_map(|line| line.strip_prefix("# env-dep:NEPTUNE_CHECKOUT=")).map(PathBuf::from));
            }
        }
    }
    Ok(None)
}

/// Whether two paths are the same folder. One that is gone is no other's.
fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// A source of this executable that was changed after it was built.
///
/// Cargo leaves a list of the sources beside the targets of its command, but not beside a binary that it builds on the way to a test, and
/// the list may be another checkout's. Then the folders of its packages are compared instead.
fn newer_source(root: &Path, executable: &Path, source_folders: &[&str]) -> io::Result<Option<PathBuf>> {
    let built = fs::metadata(executable)?.modified()?;
    let listed = fs::read_to_string(executable.with_extension("d")).map(|dep_info| sources(&dep_info)).unwrap_or_default();
    if !listed.is_empty() && listed.iter().all(|source| source.starts_with(root)) {
        return Ok(first_changed(built, listed));
    }
    changed_in(root, built, source_folders)
}

/// A file that was changed after a moment: one of these, or one in these folders and in those inside them. Given from the project's root.
///
/// # Errors
/// One of them is not there, or can't be read.
pub fn changed_since(moment: SystemTime, sources: &[&str]) -> io::Result<Option<PathBuf>> {
    changed_in(&checkout::root()?, moment, sources)
}

fn changed_in(root: &Path, moment: SystemTime, sources: &[&str]) -> io::Result<Option<PathBuf>> {
    let mut files = Vec::new();
    for source in sources {
        collect(root.join(source), &mut files)?;
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

/// None for a file that does not exist any more: its deletion also changed another file.
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
        let newer = |root: &Path| newer_source(root, &executable, &["handlers/src"]).unwrap();
        let root = checkout::root().unwrap();
        let stands_in = newer(&root).expect("the handlers are younger than 1970");
        assert!(stands_in.starts_with(root.join("handlers/src")), "without a list: {stands_in:?}");

        let here = folder.path();
        let gone = here.join("gone.rs");
        let listed =
            format!("{}: {} {}\n", executable.display(), gone.display(), source.display().to_string().replace(' ', "\\ "));
        fs::write(executable.with_extension("d"), listed).unwrap();
        assert_eq!(newer(here), None);
        change(&source, built + Duration::from_secs(1));
        assert_eq!(newer(here), Some(source));
        assert!(newer(&root).is_some_and(|file| file.starts_with(&root)), "a list of another checkout is no list");
    }

    /// A checkout with the sources of both packages, and a folder with an executable; all of them an hour old.
    fn checkout_with(executable: &str) -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        let old = SystemTime::now() - Duration::from_hours(1);
        let files = HANDLER_SOURCES.iter().chain(&SIMULATOR_SOURCES).map(|folder| format!("{folder}/x.rs"));
        let more = ["neptune-sim/examples/soak/main.rs", "handlers/examples/one.rs", executable].map(str::to_owned);
        for file in files.chain(more) {
            let path = place.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            File::create(path).unwrap().set_modified(old).unwrap();
        }
        place
    }

    #[test]
    fn an_example_is_held_against_its_own_package() {
        let place = checkout_with("target/examples/soak");
        let folder = place.path().join("target/examples");
        let found = || {
            let sources = example_sources(place.path(), "soak").unwrap();
            find_in(place.path(), &folder, "soak", &sources.iter().map(String::as_str).collect::<Vec<_>>())
        };
        assert_eq!(found().unwrap(), folder.join("soak"));
        for changed in ["neptune-sim/examples/soak/more.rs", "neptune-sim/loader/src/x.rs"] {
            let changed = place.path().join(changed);
            fs::write(&changed, "").unwrap();
            let error = found().unwrap_err();
            assert!(matches!(&error, BinaryError::Stale { source_file, .. } if *source_file == changed), "{error:?}");
            fs::remove_file(&changed).unwrap();
        }
        let sources = example_sources(place.path(), "one").unwrap();
        assert!(sources.contains(&"handlers/examples/one.rs".to_owned()) && sources.contains(&"handlers/src".to_owned()));
        assert!(example_sources(place.path(), "no_such_example").unwrap_err().to_string().contains("`no_such_example`"));
    }

    #[test]
    fn an_executable_of_another_checkout_is_refused_though_it_is_newer() {
        let place = checkout_with("target/neptune-sim");
        let folder = place.path().join("target");
        fs::create_dir(folder.join("deps")).unwrap();
        fs::hard_link(folder.join("neptune-sim"), folder.join("deps/neptune_sim-0a1b")).unwrap();
        let found = |checkout: &Path| {
            let list = format!("/x.rs:\n\n# env-dep:NEPTUNE_CHECKOUT={}/\n", checkout.display());
            fs::write(folder.join("deps/neptune_sim-0a1b.d"), list).unwrap();
            find_in(place.path(), &folder, "neptune-sim", &SIMULATOR_SOURCES)
        };
        assert_eq!(found(place.path()).unwrap(), folder.join("neptune-sim"));
        let other = tempfile::tempdir().unwrap();
        for other in [other.path(), Path::new("/gone")] {
            let error = found(other).unwrap_err();
            assert!(matches!(error, BinaryError::Elsewhere { .. }), "{error:?}");
            let message = error.to_string();
            assert!(message.contains(&other.display().to_string()) && message.contains("cargo build"), "{message}");
        }
    }
}
