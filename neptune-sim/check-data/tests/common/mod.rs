//! What the tests of the command have in common.
#![allow(dead_code, reason = "no test program uses all of it")]

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use neptune_check_data::{Arguments, run};

/// `~id`, a line end, `v1`, a line end.
pub(crate) const GZIPPED: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\xcb\x4c\xe1\x2a\x33\xe4\x02\x00\x3d\xe1\x3b\x7b\x07\x00\x00\x00";

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    arguments: Arguments,
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("the folder can be written to");
        fs::write(path, text).expect("the folder can be written to");
    }
    folder
}

/// The command line, read.
pub(crate) fn arguments(paths: &[&Path], options: &[&str]) -> Arguments {
    let paths = paths.iter().map(|path| path.display().to_string());
    Cli::parse_from(["check-data".to_owned()].into_iter().chain(paths).chain(options.iter().map(|option| (*option).to_owned())))
        .arguments
}

/// The exit code, and the report without colours.
pub(crate) fn report(paths: &[&Path], options: &[&str]) -> (u8, String) {
    let mut out = Vec::new();
    let code = run(&arguments(paths, options), &mut out).expect("the files can be read");
    (code, neptune_report::terminal::plain(&String::from_utf8(out).expect("text")))
}

/// The exit code and the text of an error.
pub(crate) fn fails(paths: &[&Path], options: &[&str]) -> (u8, String) {
    let error = run(&arguments(paths, options), &mut Vec::new()).expect_err("nothing can be said");
    (error.exit_code(), error.to_string())
}

/// The exit code, and the report without colours and without the path of the folder.
pub(crate) fn check(folder: &Path, options: &[&str]) -> (u8, String) {
    let (code, text) = report(&[folder], options);
    (code, text.replace(&format!("{}/", folder.display()), ""))
}

/// The report for programs, with every finding.
pub(crate) fn json(paths: &[&Path], options: &[&str]) -> serde_json::Value {
    let folder = tempfile::tempdir().expect("a folder for the report");
    let file = folder.path().join("report.json");
    report(paths, &[options, &["--max-errors", "100000", "--json", &file.display().to_string()]].concat());
    serde_json::from_slice(&fs::read(file).expect("the report")).expect("JSON")
}

/// A text in one line: long ones are wrapped.
pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The files in a folder and in its folders, as paths from there, by name.
pub(crate) fn files_in(folder: &Path) -> Vec<String> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).into_iter().flatten();
        let (inner, found): (Vec<PathBuf>, Vec<PathBuf>) =
            entries.map(|entry| entry.expect("an entry").path()).partition(|path| path.is_dir());
        folders.extend(inner);
        files.extend(found.iter().map(|path| path.strip_prefix(folder).expect("it is inside").display().to_string()));
    }
    files.sort();
    files
}
