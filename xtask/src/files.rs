//! Laying out folders that another program packs: each file with the rights that its users need.

use std::fs::{self, Permissions};
use std::path::Path;

use anyhow::{Context, Result};

/// Copies a folder and everything in it, but what Python compiled.
///
/// # Errors
/// A file cannot be read or written.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    let entries = fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))?;
    for entry in entries {
        let entry = entry?;
        if entry.file_name() == "__pycache__" {
            continue;
        }
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() { copy_folder(&from, &to)? } else { copy(&from, &to, 0o644)? }
    }
    Ok(())
}

/// Copies a file, which all users can read then.
///
/// # Errors
/// It cannot be read or written.
pub(crate) fn copy(from: &Path, to: &Path, mode: u32) -> Result<()> {
    let content = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    write(to, &content, mode)
}

/// Writes a file with these rights, whatever the mask here says, into a folder that all users can enter.
///
/// # Errors
/// It cannot be written.
pub(crate) fn write(to: &Path, content: &[u8], mode: u32) -> Result<()> {
    let folder = to.parent().expect("a file is in a folder");
    let written = fs::create_dir_all(folder)
        .and_then(|()| open(folder, 0o755))
        .and_then(|()| fs::write(to, content))
        .and_then(|()| open(to, mode));
    written.with_context(|| format!("cannot write {}", to.display()))
}

#[cfg(unix)]
fn open(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}
