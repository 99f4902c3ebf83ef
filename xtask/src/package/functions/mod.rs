//! The Lambda functions, each as a zip file with the program `bootstrap`, as the runtime `provided.al2023` takes it.
//!
//! The same sources and the same toolchain make the same bytes: nothing in a file says when or where it was made.

mod glibc;
mod toolchain;
mod zipped;

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::cargo::cargo;
use crate::exit::Exit;
use crate::files::write;
use crate::harness::find_programs;

/// The package whose programs are the functions.
const PACKAGE: &str = "handlers";

/// The largest zip file of a function that asks Neptune, in bytes: what is fetched and unpacked at a cold start.
const MOST_BYTES: usize = 1_677_721;

/// Functions that read load files. They are larger, and nobody waits for their cold start.
const OF_ANY_SIZE: [&str; 2] = ["check_load_file", "merge_load_files"];

/// Builds the functions and puts them into a folder: `NAME.zip`.
///
/// # Errors
/// The toolchain does not build for `target`; a program needs a newer glibc than Lambda has, or is too large; a file cannot be written.
pub(super) fn make(root: &Path, target: &str, to: &Path, out: &mut dyn Write) -> Result<Exit> {
    toolchain::check(target)?;
    let Some(programs) = build(root, target)? else { return Ok(Exit::BuildFailed) };
    ensure!(!programs.is_empty(), "cargo built no program of the package {PACKAGE}");
    for (name, program) in programs {
        let program = fs::read(&program).with_context(|| format!("cannot read {}", program.display()))?;
        let glibc = glibc::check(&program).with_context(|| format!("{name} does not run on Lambda"))?;
        let zip = zipped::zipped(&program)?;
        let file = to.join(&name).with_extension("zip");
        write(&file, &zip, 0o644)?;
        check_size(&name, zip.len())?;
        let shown = file.strip_prefix(root).unwrap_or(&file).display();
        writeln!(out, "{shown}, {} of {} unpacked, glibc {glibc}", mebibytes(zip.len()), mebibytes(program.len()))?;
    }
    writeln!(out, "for provided.al2023 on {}", architecture(target))?;
    Ok(Exit::Fine)
}

/// All functions, by name; `None` if the build failed.
fn build(root: &Path, target: &str) -> Result<Option<Vec<(String, PathBuf)>>> {
    let output = cargo(root, &["build", "--locked", "--profile", "lambda", "--package", PACKAGE, "--bins"])
        // Named, so that the flags hold for the programs and not for what runs while they are built.
        .args(["--target", target, "--message-format=json-render-diagnostics"])
        .env("CARGO_ENCODED_RUSTFLAGS", flags(root))
        .envs(toolchain::linker(target))
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    let programs = find_programs(&String::from_utf8_lossy(&output.stdout), PACKAGE);
    Ok(output.status.success().then_some(programs))
}

/// Texts of panics name source files: without the folders of this machine.
fn flags(root: &Path) -> OsString {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let mut flags = OsString::new();
    for (folder, name) in [(Some(root), "/source"), (home.as_deref(), "/cargo")] {
        let Some(folder) = folder else { continue };
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(folder);
        flags.push(format!("={name}"));
    }
    flags
}

fn check_size(name: &str, bytes: usize) -> Result<()> {
    let fits = bytes <= MOST_BYTES || OF_ANY_SIZE.contains(&name);
    let [size, most] = [bytes, MOST_BYTES].map(mebibytes);
    ensure!(fits, "{name}.zip has {size}, and {most} are the limit: find out what it pulled in with cargo tree -e features");
    Ok(())
}

fn mebibytes(bytes: usize) -> String {
    let hundredths = (bytes * 100 + (1 << 19)) >> 20;
    format!("{}.{:02} MiB", hundredths / 100, hundredths % 100)
}

/// What Lambda calls the processor of a target.
fn architecture(target: &str) -> &str {
    match target.split_once('-') {
        Some(("aarch64", _)) => "arm64",
        Some((processor, _)) => processor,
        None => target,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_that_asks_neptune_has_a_limit() {
        assert!(check_size("get_load_status", MOST_BYTES).is_ok());
        let error = check_size("get_load_status", MOST_BYTES + 10_486).unwrap_err().to_string();
        assert!(error.starts_with("get_load_status.zip has 1.61 MiB, and 1.60 MiB are the limit"), "{error}");
        assert!(check_size("check_load_file", MOST_BYTES + 1).is_ok());
    }

    #[test]
    fn architectures_have_lambdas_names() {
        assert_eq!(architecture("aarch64-unknown-linux-gnu"), "arm64");
        assert_eq!(architecture("x86_64-unknown-linux-gnu"), "x86_64");
    }

    #[test]
    fn no_folder_of_this_machine_is_in_the_flags_but_to_be_replaced() {
        let flags = flags(Path::new("/work/tree")).into_string().unwrap();
        assert!(flags.starts_with("--remap-path-prefix=/work/tree=/source\u{1f}--remap-path-prefix="), "{flags}");
    }
}
