//! Which checkout a command is about: the one in which it was typed, not the one in which xtask was built.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::planned;

/// The root of the checkout: around the package that cargo runs (`CARGO_MANIFEST_DIR`), or around the current folder where cargo runs none.
///
/// # Errors
/// There is no checkout there.
pub(crate) fn root() -> Result<PathBuf> {
    let begin = match env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => folder.into(),
        None => env::current_dir().context("cannot tell the current folder")?,
    };
    root_around(&begin)
}

fn root_around(folder: &Path) -> Result<PathBuf> {
    let root = folder.ancestors().find(|candidate| candidate.join(planned::PATH).is_file());
    root.map(Path::to_owned).with_context(|| {
        format!(
            "no checkout around {}: run `cargo xtask` in a folder of one ({} lies at its root)",
            folder.display(),
            planned::PATH
        )
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_checkout_is_the_one_around_a_folder_wherever_xtask_was_built() {
        let place = tempfile::TempDir::new().unwrap();
        for checkout in ["one", "one/target/two"] {
            let root = place.path().join(checkout);
            for folder in ["scenarios", "xtask"] {
                fs::create_dir_all(root.join(folder)).unwrap();
            }
            fs::write(root.join(planned::PATH), "").unwrap();
            assert_eq!(root_around(&root.join("xtask")).unwrap(), root);
        }
        let error = root_around(place.path()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("no checkout around {}: run `cargo xtask`", place.path().display())), "{error}");
    }
}
