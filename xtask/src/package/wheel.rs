//! The wheel: the program, and the Python package with its pytest plugin, packed by hatchling.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::files::{copy, copy_folder};

use super::tool::finish;

/// The Python package, from the workspace's root.
const SOURCES: &str = "neptune-sim/python";

/// Whether python3 has the version of hatchling that pyproject.toml names.
///
/// # Errors
/// It has not; the text has the remedy.
pub(super) fn check_tool(root: &Path) -> Result<()> {
    let wanted = hatchling(root)?;
    let ask = "from importlib.metadata import version; print('hatchling==' + version('hatchling'))";
    let output = Command::new("python3").args(["-c", ask]).stdin(Stdio::null()).output();
    let output = output.context("the wheel needs python3, which cannot be run")?;
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if found != wanted {
        let found = if found.is_empty() { "no hatchling".to_owned() } else { found };
        bail!("the wheel needs {wanted}, and python3 has {found}: python3 -m pip install {wanted}");
    }
    Ok(())
}

/// The requirement in pyproject.toml: `hatchling==1.33.0`.
fn hatchling(root: &Path) -> Result<String> {
    let file = format!("{SOURCES}/pyproject.toml");
    let text = fs::read_to_string(root.join(&file)).with_context(|| format!("cannot read {file}"))?;
    let quoted = text.split('"').find(|part| part.starts_with("hatchling=="));
    quoted.map(str::to_owned).with_context(|| format!("{file} names no version of hatchling"))
}

/// Lays the package out around the program, and packs it. The same files make the same wheel.
pub(super) fn make(root: &Path, folder: &Path, processor: &str, to: &Path) -> Result<()> {
    let sources = root.join(SOURCES);
    for file in ["pyproject.toml", "hatch_build.py", "README.md"] {
        copy(&sources.join(file), &folder.join(file), 0o644)?;
    }
    copy_folder(&sources.join("src"), &folder.join("src"))?;
    let mut build = Command::new("python3");
    build.args(["-m", "hatchling", "build", "--target", "wheel", "--directory"]).arg(to);
    build.env("NEPTUNE_SIM_PLATFORMS", platforms(processor)).env_remove("SOURCE_DATE_EPOCH");
    finish(build.current_dir(folder))
}

/// The platforms in the wheel's name. The program needs no libc, so that every Linux that pip knows is one; old versions of pip only know
/// the name `manylinux2014`.
fn platforms(processor: &str) -> String {
    ["manylinux_2_17", "manylinux2014", "musllinux_1_1"].map(|name| format!("{name}_{processor}")).join(".")
}
