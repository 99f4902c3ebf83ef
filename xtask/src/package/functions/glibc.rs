//! Which glibc a program needs: that of Lambda's `provided.al2023` is 2.34, and a program that was built on a newer system may need more.

use std::fmt;

use anyhow::{Context, Result, bail, ensure};
use object::Endianness;
use object::elf::FileHeader64;
use object::read::elf::FileHeader as _;

/// A version of glibc.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u16,
    minor: u16,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The glibc of Amazon Linux 2023.
const ON_LAMBDA: Version = Version { major: 2, minor: 34 };

/// The newest glibc that a program needs.
///
/// # Errors
/// It is no ELF program for 64 bits, or needs a newer one than Lambda has.
pub(super) fn check(program: &[u8]) -> Result<Version> {
    newest(&names(program).context("cannot read which libraries the program needs")?)
}

/// The newest of the versions that symbols name.
fn newest(names: &[String]) -> Result<Version> {
    let glibc = names.iter().filter(|name| name.starts_with("GLIBC_"));
    let versions = glibc.map(|name| version(name)).collect::<Result<Vec<_>>>()?;
    let newest = versions.into_iter().max().context("the program names no version of glibc: was it linked otherwise?")?;
    ensure!(
        newest <= ON_LAMBDA,
        "it needs glibc {newest}, and Amazon Linux 2023 has {ON_LAMBDA}: build it on a system as old, such as Debian 12"
    );
    Ok(newest)
}

/// `GLIBC_2.34`, and `GLIBC_2.2.5` as 2.2.
fn version(name: &str) -> Result<Version> {
    let mut numbers = name.trim_start_matches("GLIBC_").split('.').map(str::parse);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
        bail!("it needs {name}, which Amazon Linux 2023 does not have: build it on a system as old, such as Debian 12");
    };
    Ok(Version { major, minor })
}

/// The versions of all libraries whose symbols the program needs: `GLIBC_2.34`, `GCC_3.0`.
fn names(program: &[u8]) -> Result<Vec<String>> {
    let elf = FileHeader64::<Endianness>::parse(program)?;
    let endian = elf.endian()?;
    let sections = elf.sections(endian, program)?;
    let mut names = Vec::new();
    let Some((mut needs, link)) = sections.gnu_verneed(endian, program)? else { return Ok(names) };
    let strings = sections.strings(endian, program, link)?;
    while let Some((_, mut symbols)) = needs.next()? {
        while let Some(symbol) = symbols.next()? {
            names.push(String::from_utf8_lossy(symbol.name(endian, strings)?).into_owned());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_says_what_it_needs() {
        let this = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let names = names(&this).unwrap();
        assert!(names.iter().any(|name| name.starts_with("GLIBC_2.")), "{names:?}");
        assert!(check(b"#!/bin/sh\n").is_err());
    }

    #[rstest::rstest]
    #[case::as_on_lambda(&["GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.4", "GCC_3.0"], "2.34")]
    #[case::older(&["GLIBC_2.28"], "2.28")]
    fn the_newest_counts(#[case] names: &[&str], #[case] wanted: &str) {
        let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(newest(&names).unwrap().to_string(), wanted);
    }

    #[rstest::rstest]
    #[case::newer("GLIBC_2.35", "it needs glibc 2.35, and Amazon Linux 2023 has 2.34: build it on")]
    #[case::next_major("GLIBC_3.0", "it needs glibc 3.0,")]
    #[case::packed_relocations("GLIBC_ABI_DT_RELR", "it needs GLIBC_ABI_DT_RELR, which")]
    fn what_lambda_does_not_have_is_an_error(#[case] name: &str, #[case] wanted: &str) {
        let error = newest(&["GLIBC_2.34".to_owned(), name.to_owned()]).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{error}");
    }
}
