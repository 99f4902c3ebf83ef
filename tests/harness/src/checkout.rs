//! Which checkout is tested: the one in which this process was started, not the one in which it was built.
//!
//! A checkout can be copied or moved with what it has built, and several can share a target folder. So no path of the time of the build
//! is used: cargo passes the folder of the package when it runs a test or a program.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

/// A file that only the root of a checkout has.
const MARK: &str = "scenarios/PLAN.md";

/// The root of the checkout, without links in it.
///
/// The search goes upwards from `CARGO_MANIFEST_DIR`, which cargo and `cargo xtask` set, and without that from the current folder.
///
/// # Errors
/// There is no checkout there.
pub fn root() -> io::Result<PathBuf> {
    let begin = env::var_os("CARGO_MANIFEST_DIR").map_or_else(env::current_dir, |folder| Ok(folder.into()))?;
    root_around(&begin)
}

fn root_around(folder: &Path) -> io::Result<PathBuf> {
    let root = folder.ancestors().find(|candidate| candidate.join(MARK).is_file());
    let Some(root) = root else {
        let message =
            format!("no checkout around `{}`: run this with cargo, or in a folder of the checkout ({MARK})", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    };
    root.canonicalize()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_root_is_found_from_every_folder_of_a_checkout_and_from_no_other() {
        let place = tempfile::tempdir().unwrap();
        let checkout = place.path().join("checkout");
        for folder in ["scenarios", "tests/live"] {
            fs::create_dir_all(checkout.join(folder)).unwrap();
        }
        fs::write(checkout.join(MARK), "").unwrap();
        for folder in ["", "tests", "tests/live"] {
            assert_eq!(root_around(&checkout.join(folder)).unwrap(), checkout.canonicalize().unwrap(), "{folder}");
        }
        let error = root_around(place.path()).unwrap_err().to_string();
        assert!(error.contains(&place.path().display().to_string()) && error.contains("run this with cargo"), "{error}");
    }
}
