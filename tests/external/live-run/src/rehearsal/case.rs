//! A case of a rehearsal, and the fixture that it runs on.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use futures::future::LocalBoxFuture;
use tempfile::TempDir;

use super::program::Program;
use neptune_fake_aws::{FakeAws, Left, Options, profile_text};

/// How many seconds of simulated time pass in one.
const SCALE: u32 = 20;

/// Something that is done, or happens, and what has to come of it.
#[derive(Clone, Copy)]
pub(super) struct Case {
    /// A sentence.
    pub(super) name: &'static str,
    /// What is done, with what has to hold.
    pub(super) script: for<'a> fn(&'a Fixture) -> LocalBoxFuture<'a, Result<()>>,
}

impl Case {
    /// Runs it. What it changed in the fake AWS is restored afterwards, and nothing may be left.
    pub(super) async fn play(&self, fixture: &Fixture) -> Result<()> {
        let played = (self.script)(fixture).await;
        fixture.fake_aws.world().restore().await?;
        played?;
        let left = fixture.fake_aws.left().await?;
        ensure!(left == Left::default(), "something is left: {left:?}");
        ensure!(fixture.ledger()? == fixture.ledger, "a rehearsal has written to the ledger");
        Ok(())
    }
}

/// The fake AWS, and the program that is rehearsed.
pub(super) struct Fixture {
    pub(super) fake_aws: FakeAws,
    pub(super) program: Program,
    /// What the ledger held before.
    ledger: Vec<(PathBuf, Vec<u8>)>,
    root: PathBuf,
    _folder: TempDir,
}

impl Fixture {
    /// Starts the fake AWS, and writes down what the program has to know.
    pub(super) async fn set(root: &Path) -> Result<Self> {
        let folder = TempDir::new()?;
        let profile = folder.path().join("rehearsal.toml");
        fs::write(&profile, profile_text())?;
        let read = neptune_live::Profile::read(&profile)?;
        let options =
            Options { key_id: "AKIDREHEARSAL".to_owned(), secret: "nothing-but-a-rehearsal".to_owned(), scale: SCALE };
        let fake_aws = FakeAws::start(&read, options.clone()).await?;
        let services = folder.path().join("services.json");
        fs::write(&services, serde_json::to_string(&fake_aws.services())?)?;
        let out = root.join("target/rehearsal");
        if out.exists() {
            fs::remove_dir_all(&out).with_context(|| format!("cannot empty {}", out.display()))?;
        }
        let program = Program::new(profile, services, &options, out)?;
        let mut fixture = Self { fake_aws, program, ledger: Vec::new(), root: root.to_owned(), _folder: folder };
        fixture.ledger = fixture.ledger()?;
        Ok(fixture)
    }

    fn ledger(&self) -> Result<Vec<(PathBuf, Vec<u8>)>> {
        let Ok(files) = fs::read_dir(self.root.join("scenarios/.validation")) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for file in files {
            let path = file?.path();
            let content = fs::read(&path)?;
            found.push((path, content));
        }
        found.sort();
        Ok(found)
    }
}

/// Requires that a text contains a part.
///
/// # Errors
/// It does not; the error shows the whole text.
pub(super) fn has(text: &str, part: &str) -> Result<()> {
    ensure!(text.contains(part), "there is no `{part}` in:\n{text}");
    Ok(())
}
