//! Locks for work that two commands in one checkout must not do at the same time.

use std::env;
use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result};

/// Holds `target/NAME.lock` until it is dropped. If another command holds it, says so and waits.
///
/// # Errors
/// The file cannot be made or locked.
pub(crate) fn hold(root: &Path, name: &str) -> Result<File> {
    let folder = root.join("target");
    fs::create_dir_all(&folder).context("cannot create target")?;
    hold_file(&folder.join(format!("{name}.lock")), "in this checkout")
}

/// Holds what is built until it is dropped: another checkout that shares the target folder would build its own programs in the place of
/// those that are tested. `None` if this program is in no folder that can be written.
///
/// # Errors
/// The file cannot be locked.
pub(crate) fn hold_builds() -> Result<Option<File>> {
    let lock = env::current_exe().ok().and_then(|own| Some(own.parent()?.join("xtask-it.lock")));
    match lock.filter(|lock| File::create(lock).is_ok()) {
        Some(lock) => hold_file(&lock, "of a checkout that shares this target folder").map(Some),
        None => Ok(None),
    }
}

fn hold_file(path: &Path, whose: &str) -> Result<File> {
    let lock = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    if lock.try_lock().is_err() {
        eprintln!("waiting for another `cargo xtask` {whose}, which holds {}", path.display());
        lock.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    }
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_by_one_and_then_by_the_next() {
        let root = tempfile::TempDir::new().unwrap();
        let first = hold(root.path(), "x").unwrap();
        let path = root.path().join("target/x.lock");
        assert!(File::open(&path).unwrap().try_lock().is_err(), "it is locked");
        let second = std::thread::spawn({
            let root = root.path().to_owned();
            move || hold(&root, "x").map(drop)
        });
        assert!(hold(root.path(), "y").is_ok(), "that is another lock");
        drop(first);
        second.join().unwrap().unwrap();
    }
}
