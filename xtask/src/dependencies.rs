//! `cargo xtask dependencies`: where the dependencies come from, what their licences allow, and which are there more than once.
//!
//! Several versions of one crate are reported, not forbidden: they come from upstream.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use crate::cargo::{EXTERNAL, cargo};
use crate::exit::Exit;

/// The one place that dependencies come from.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Licences that go with ours, Apache-2.0. A crate may demand any of them.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "NCSA",
    "Unicode-3.0",
    "Zlib",
    "bzip2-1.0.6",
];

/// Crates with a licence that asks for more, which only tests use: nothing that is handed on has them in it. It is what fantoccini speaks to a
/// browser's driver with.
const ONLY_IN_TESTS: [(&str, &str); 1] = [("webdriver", "MPL-2.0")];

/// Crates that must never come along, and why.
const BANNED: [(&str, &str); 3] = [
    ("aws-lc-sys", "it costs 40 ms of every cold start: choose features with `ring`"),
    ("openssl-sys", "it needs the system's library: choose features with `rustls`"),
    ("serde_yaml", "it is deprecated: `serde-saphyr` reads YAML here"),
];

/// Cargo's metadata of the workspace.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    /// `None` for our own crates.
    source: Option<String>,
}

/// Every package of the workspace in this folder.
fn packages(folder: &Path) -> Result<Vec<Package>> {
    let output = cargo(folder, &["metadata", "--format-version", "1", "--locked", "--all-features"])
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let Metadata { packages } = serde_json::from_slice(&output.stdout).context("cargo metadata has another format")?;
    Ok(packages)
}

/// Runs the command.
///
/// # Errors
/// Cargo cannot report its metadata.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    let mut packages = packages(root)?;
    packages.extend(self::packages(&root.join(EXTERNAL))?);
    packages.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    packages.dedup_by(|one, other| (&one.name, &one.version) == (&other.name, &other.version));
    let problems: Vec<String> = packages.iter().filter_map(problem).collect();
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    let several = several_versions(&packages);
    if !several.is_empty() {
        writeln!(out, "in several versions: {}", several.join(", "))?;
    }
    let foreign = packages.iter().filter(|package| package.source.is_some()).count();
    writeln!(out, "dependencies: {foreign} crates, {} problems", problems.len())?;
    Ok(if problems.is_empty() { Exit::Fine } else { Exit::BuildFailed })
}

/// What is wrong with a dependency.
fn problem(package: &Package) -> Option<String> {
    let Package { name, version, license, source } = package;
    let source = source.as_deref()?;
    if source != CRATES_IO {
        return Some(format!("{name} {version} comes from {source}: take it from crates.io"));
    }
    if let Some((_, why)) = BANNED.iter().find(|(banned, _)| banned == name) {
        return Some(format!("{name} {version} must not be here: {why}"));
    }
    if license.as_deref().is_some_and(|license| ONLY_IN_TESTS.contains(&(name, license))) {
        return None;
    }
    match license.as_deref().map(is_allowed) {
        Some(Ok(true)) => None,
        Some(Ok(false)) => {
            let license = license.as_deref().unwrap_or_default();
            Some(format!(
                "{name} {version} has the licence `{license}`: take another crate, or allow it in xtask/src/dependencies.rs"
            ))
        }
        Some(Err(error)) => Some(format!("{name} {version} has a licence that cannot be read: {error}")),
        None => Some(format!("{name} {version} names no licence: take another crate")),
    }
}

/// Whether a crate with this licence may be used under one of those that are allowed.
fn is_allowed(license: &str) -> Result<bool> {
    // Old crates separate alternatives with a slash.
    let expression = Expression::parse_mode(license, ParseMode::LAX).with_context(|| format!("`{license}`"))?;
    let allowed: Vec<Licensee> = ALLOWED.iter().map(|license| Licensee::parse(license)).collect::<Result<_, _>>()?;
    Ok(expression.evaluate(|required| allowed.iter().any(|licensee| licensee.satisfies(required))))
}

/// `name 1.0.0 2.0.0` of each crate that is there more than once.
fn several_versions(packages: &[Package]) -> Vec<String> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        versions.entry(&package.name).or_default().insert(&package.version);
    }
    let several = versions.into_iter().filter(|(_, versions)| versions.len() > 1);
    several.map(|(name, versions)| format!("{name} {}", versions.into_iter().collect::<Vec<_>>().join(" "))).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn package(name: &str, version: &str, license: Option<&str>, source: Option<&str>) -> Package {
        let [license, source] = [license, source].map(|text| text.map(str::to_owned));
        Package { name: name.to_owned(), version: version.to_owned(), license, source }
    }

    #[rstest]
    #[case::usual("MIT OR Apache-2.0", true)]
    #[case::old("MIT/Apache-2.0", true)]
    #[case::an_alternative_will_do("MIT OR GPL-3.0-only", true)]
    #[case::an_exception("Apache-2.0 WITH LLVM-exception", true)]
    #[case::both("(MIT OR Apache-2.0) AND Unicode-3.0", true)]
    #[case::copyleft("GPL-3.0-only", false)]
    #[case::copyleft_beside("MIT AND LGPL-2.1-or-later", false)]
    fn a_licence_is_allowed_if_one_way_of_taking_it_is(#[case] license: &str, #[case] allowed: bool) {
        assert_eq!(is_allowed(license).unwrap(), allowed);
    }

    #[rstest]
    #[case::our_own("neptune-sim", None, None, None)]
    #[case::good("serde", Some("MIT"), Some(CRATES_IO), None)]
    #[case::elsewhere(
        "serde",
        Some("MIT"),
        Some("git+https://example.com"),
        Some("serde 1.0.0 comes from git+https://example.com: take it from crates.io")
    )]
    #[case::banned(
        "openssl-sys",
        Some("MIT"),
        Some(CRATES_IO),
        Some("openssl-sys 1.0.0 must not be here: it needs the system's library: choose features with `rustls`")
    )]
    #[case::only_in_tests("webdriver", Some("MPL-2.0"), Some(CRATES_IO), None)]
    #[case::the_same_licence_elsewhere(
        "x",
        Some("MPL-2.0"),
        Some(CRATES_IO),
        Some("x 1.0.0 has the licence `MPL-2.0`: take another crate, or allow it in xtask/src/dependencies.rs")
    )]
    #[case::copyleft(
        "x",
        Some("GPL-3.0-only"),
        Some(CRATES_IO),
        Some("x 1.0.0 has the licence `GPL-3.0-only`: take another crate, or allow it in xtask/src/dependencies.rs")
    )]
    #[case::silent("x", None, Some(CRATES_IO), Some("x 1.0.0 names no licence: take another crate"))]
    fn what_is_wrong_is_reported_with_the_remedy(
        #[case] name: &str,
        #[case] license: Option<&str>,
        #[case] source: Option<&str>,
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(problem(&package(name, "1.0.0", license, source)).as_deref(), expected);
    }

    #[test]
    fn a_licence_that_is_none_is_reported() {
        let reported = problem(&package("x", "1.0.0", Some("ask me"), Some(CRATES_IO))).unwrap();
        assert!(reported.starts_with("x 1.0.0 has a licence that cannot be read: `ask me`"), "{reported}");
    }

    #[test]
    fn several_versions_are_listed() {
        let packages =
            [package("a", "2.0.0", None, None), package("b", "1.0.0", None, None), package("a", "1.0.0", None, None)];
        assert_eq!(several_versions(&packages), ["a 1.0.0 2.0.0"]);
    }
}
