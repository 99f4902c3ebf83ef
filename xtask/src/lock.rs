//! One at a time: what two commands in one checkout must not do at once.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result};

/// Holds `target/NAME.lock` until it is dropped. If somebody else holds it, says so and waits.
///
/// # Errors
/// The file cannot be made or locked.
pub(crate) fn hold(root: &Path, name: &str) -> Result<File> {
    let (folder, file) = (root.join("target"), format!("{name}.lock"));
    fs::create_dir_all(&folder).context("cannot create target")?;
    let lock = File::create(folder.join(&file)).with_context(|| format!("cannot write target/{file}"))?;
    if lock.try_lock().is_err() {
        eprintln!("waiting for another `cargo xtask` in this checkout, which holds target/{file}");
        lock.lock().with_context(|| format!("cannot lock target/{file}"))?;
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
        assert!(File::open(&path).unwrap().try_lock().is_err(), "somebody has it");
        let second = std::thread::spawn({
            let root = root.path().to_owned();
            move || hold(&root, "x").map(drop)
        });
        assert!(hold(root.path(), "y").is_ok(), "that is another lock");
        drop(first);
        second.join().unwrap().unwrap();
    }
}
