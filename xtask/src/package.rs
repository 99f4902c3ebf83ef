//! `cargo xtask package`: the Lambda functions, and the simulator for those who install with pip or npm. Each package of the simulator holds the
//! one static program of the image.

mod functions;
mod npm;
mod tool;
mod wheel;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::exit::Exit;
use crate::files::copy;
use crate::flags::Package;
use crate::lock;
use crate::static_program::{platform, static_program};

/// The program, and the packages that hold it.
const NAME: &str = "neptune-sim";

/// Runs the command.
///
/// # Errors
/// A tool is missing or fails, this machine is no Linux, or a file cannot be read or written.
pub(crate) fn run(root: &Path, choice: &Package, out: &mut dyn Write) -> Result<Exit> {
    let kinds = Kind::chosen(choice);
    // Said at once, and not after minutes of building.
    for kind in &kinds {
        kind.check_tool(root)?;
    }
    let processor = processor(&platform()?)?;
    let _alone = lock::hold(root, "package")?;
    let to = root.join(&choice.to);
    if choice.functions || choice.is_all() {
        let target = choice.target.clone().map_or_else(platform, Ok)?;
        let exit = functions::make(root, &target, &to, out)?;
        if exit != Exit::Fine || kinds.is_empty() {
            return Ok(exit);
        }
    }
    let Some(program) = program(root, choice)? else { return Ok(Exit::BuildFailed) };
    for kind in kinds {
        let made = kind.make(root, &program, &processor, &to)?;
        let tenths = (made.metadata().context("cannot read the package")?.len() * 10) >> 20;
        writeln!(out, "{}, {}.{} MiB", made.strip_prefix(root).unwrap_or(&made).display(), tenths / 10, tenths % 10)?;
    }
    writeln!(out, "for Linux on {processor}, with glibc or musl; run this on a machine with another processor for that one")?;
    Ok(Exit::Fine)
}

/// What is missing here to make both packages, with the remedy.
pub(crate) fn missing_tool(root: &Path) -> Option<String> {
    [Kind::Wheel, Kind::Npm].iter().find_map(|kind| kind.check_tool(root).err()).map(|error| error.to_string())
}

/// A kind of package of the simulator.
#[derive(Clone, Copy)]
enum Kind {
    Wheel,
    Npm,
}

impl Kind {
    /// Those that were asked for: without a word, all.
    fn chosen(choice: &Package) -> Vec<Self> {
        let all = choice.is_all();
        let wanted = [(choice.wheel, Self::Wheel), (choice.npm, Self::Npm)];
        wanted.into_iter().filter(|(asked, _)| *asked || all).map(|(_, kind)| kind).collect()
    }

    fn check_tool(self, root: &Path) -> Result<()> {
        match self {
            Self::Wheel => wheel::check_tool(root),
            Self::Npm => npm::check_tool(),
        }
    }

    /// Lays the package out, packs it, and gives the file.
    fn make(self, root: &Path, program: &Path, processor: &str, to: &Path) -> Result<PathBuf> {
        let (folder, ending) = match self {
            Self::Wheel => (to.join("wheel"), "whl"),
            Self::Npm => (to.join("npm"), "tgz"),
        };
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot clear {}", folder.display()))?;
        }
        for old in files(to, ending)? {
            fs::remove_file(&old).with_context(|| format!("cannot remove {}", old.display()))?;
        }
        copy(program, &folder.join("bin").join(NAME), 0o755)?;
        copy(&root.join("LICENSE"), &folder.join("LICENSE"), 0o644)?;
        match self {
            Self::Wheel => wheel::make(root, &folder, processor, to)?,
            Self::Npm => npm::make(root, &folder, processor, to)?,
        }
        files(to, ending)?.pop().with_context(|| format!("no .{ending} was made in {}", to.display()))
    }
}

/// The program to pack; `None` if its build failed.
fn program(root: &Path, choice: &Package) -> Result<Option<PathBuf>> {
    match &choice.program {
        Some(program) => Ok(Some(program.clone())),
        None => static_program(root, &platform()?, NAME, &["--package", NAME, "--bin", NAME]),
    }
}

/// The processor, `x86_64` of `x86_64-unknown-linux-gnu`.
fn processor(platform: &str) -> Result<String> {
    match platform.split_once('-') {
        Some((processor, rest)) if rest.contains("linux-") => Ok(processor.to_owned()),
        _ => bail!(
            "the packages hold a Linux program, and this machine builds for {platform}: run this in a container with Rust"
        ),
    }
}

/// The files in a folder with this ending; none if there is no folder.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == ending)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_for_linux() {
        assert_eq!(processor("aarch64-unknown-linux-musl").unwrap(), "aarch64");
        assert!(processor("aarch64-apple-darwin").unwrap_err().to_string().contains("aarch64-apple-darwin"));
    }

    #[test]
    fn without_a_choice_both_are_made() {
        let chosen = |wheel, npm| Kind::chosen(&Package { wheel, npm, ..Package::default() }).len();
        assert_eq!([chosen(false, false), chosen(true, true), chosen(true, false), chosen(false, true)], [2, 2, 1, 1]);
        assert!(Kind::chosen(&Package { functions: true, ..Package::default() }).is_empty());
    }
}
