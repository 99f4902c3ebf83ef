//! The npm package: the program, and the Node package, packed by `npm pack`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::files::{copy, copy_folder, write};

use super::tool::finish;

/// The Node package, from the workspace's root.
const SOURCES: &str = "neptune-sim/node";

/// Whether there is npm.
///
/// # Errors
/// There is none; the text has the remedy.
pub(super) fn check_tool() -> Result<()> {
    let output = Command::new("npm").arg("--version").stdin(Stdio::null()).output();
    if !output.is_ok_and(|output| output.status.success()) {
        bail!("the npm package needs npm, which cannot be run: install Node.js 20 or newer");
    }
    Ok(())
}

/// Lays the package out around the program, and packs it. The same files make the same package.
pub(super) fn make(root: &Path, folder: &Path, processor: &str, to: &Path) -> Result<()> {
    let sources = root.join(SOURCES);
    for file in ["README.md", "index.js", "index.d.ts"] {
        copy(&sources.join(file), &folder.join(file), 0o644)?;
    }
    copy_folder(&sources.join("src"), &folder.join("src"))?;
    let manifest = fs::read_to_string(sources.join("package.json")).context("cannot read neptune-sim/node/package.json")?;
    write(&folder.join("package.json"), for_processor(&manifest, processor)?.as_bytes(), 0o644)?;
    let mut pack = Command::new("npm");
    pack.args(["pack", "--offline", "--pack-destination"]).arg(to);
    finish(pack.current_dir(folder))
}

/// A manifest that says which processor the program is for, in npm's word.
fn for_processor(manifest: &str, processor: &str) -> Result<String> {
    let mut manifest: Value = serde_json::from_str(manifest).context("neptune-sim/node/package.json is no JSON")?;
    let word = match processor {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    manifest["cpu"] = json!([word]);
    Ok(format!("{manifest:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::intel("x86_64", r#""x64""#)]
    #[case::arm("aarch64", r#""arm64""#)]
    fn the_manifest_names_the_processor_in_npms_word(#[case] processor: &str, #[case] word: &str) {
        let manifest = for_processor(r#"{"name": "x", "os": ["linux"]}"#, processor).unwrap();
        assert!(manifest.contains(word) && manifest.starts_with("{\n  \"name\""), "{manifest}");
    }
}
