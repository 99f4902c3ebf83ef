//! Makes a list of the scenarios of this project, so that the program carries them: `neptune-sim test` runs them where there is no checkout.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The folders of the planned tests and of the known failures.
const FOLDERS: [&str; 3] = ["check_bulk_load_status", "get_load_status", "failures"];

fn main() -> io::Result<()> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).unwrap_or_default();
    // Two checkouts may share a target folder: see `.cargo/config.toml`.
    println!("cargo::rerun-if-env-changed=NEPTUNE_CHECKOUT");
    println!("cargo::rerun-if-changed=build.rs");
    let scenarios = folder("CARGO_MANIFEST_DIR").join("../scenarios");
    let mut list = String::from("&[\n");
    for name in FOLDERS {
        let folder = scenarios.join(name);
        println!("cargo::rerun-if-changed={}", folder.display());
        for file in files(&folder)? {
            let label = format!("scenarios/{name}/{}", file.file_name().unwrap_or_default().display());
            // The text itself and no path: a path would be one of the machine that builds it.
            let _ = writeln!(list, "({name:?}, {label:?}, {:?}),", fs::read_to_string(&file)?);
        }
    }
    fs::write(folder("OUT_DIR").join("scenarios.rs"), list + "]\n")
}

/// The scenario files of a folder, in the order of their names.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    Ok(files)
}
