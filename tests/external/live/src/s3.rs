//! Where a run may write in S3: under its own prefix, and nowhere else.

use std::fmt;
use std::str::FromStr;

use crate::{Dataset, RunId};

/// The name of a bucket: 3 to 63 characters, as S3 allows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket(String);

impl Bucket {
    /// The name as S3 knows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Bucket {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let is_edge = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let is_label = |label: &str| {
            let bytes = label.as_bytes();
            let edges = bytes.first().copied().is_some_and(is_edge) && bytes.last().copied().is_some_and(is_edge);
            edges && bytes.iter().all(|byte| is_edge(*byte) || *byte == b'-')
        };
        let is_address = text.parse::<std::net::Ipv4Addr>().is_ok();
        if (3..=63).contains(&text.len()) && text.split('.').all(is_label) && !is_address {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError::Bucket(text.to_owned()))
        }
    }
}

/// What the profile puts before all keys: segments of letters, digits, `_`, `-` and `.` between slashes, 3 to 200 characters in all.
///
/// It may not be empty: clearing a prefix by hand must never mean a whole bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    /// The prefix without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyPrefix {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if (3..=200).contains(&text.len()) && text.split('/').all(is_segment) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError::Prefix(text.to_owned()))
        }
    }
}

/// What the keys of all objects of a run begin with: `PREFIX/neptune-harness/RUN/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunPrefix {
    run: RunId,
    text: String,
}

impl RunPrefix {
    /// The prefix of a run, under the profile's.
    pub fn of(run: &RunId, prefix: &KeyPrefix) -> Self {
        Self { run: run.clone(), text: format!("{}/neptune-harness/{run}/", prefix.as_str()) }
    }

    /// The prefix, with the slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whose it is.
    pub(crate) fn run(&self) -> &RunId {
        &self.run
    }

    /// The folder that one load of a scenario reads, and no other load: Neptune distinguishes loads by their sources, too.
    ///
    /// # Errors
    /// The name of scenario or load is not plain, and might lead elsewhere.
    pub fn folder(&self, scenario: &str, load: &str, dataset: Dataset) -> Result<Folder, NameError> {
        match [scenario, load].into_iter().find(|name| !is_segment(name)) {
            None => Ok(Folder(format!("{}{scenario}/{load}/{}/", self.text, dataset.as_str()))),
            Some(name) => Err(NameError::Segment(name.to_owned())),
        }
    }

    /// A folder that was written down, if it is one of this run's.
    pub(crate) fn recognise_folder(&self, text: &str) -> Option<Folder> {
        let (scenario, rest) = text.strip_prefix(&self.text)?.strip_suffix('/')?.split_once('/')?;
        let (load, dataset) = rest.split_once('/')?;
        self.folder(scenario, load, Dataset::from_word(dataset)?).ok()
    }

    /// A key that was written down, if it is one of this run's.
    pub(crate) fn recognise_key(&self, text: &str) -> Option<ObjectKey> {
        let file = text.rfind('/')? + 1;
        self.recognise_folder(&text[..file])?.key(&text[file..]).ok()
    }
}

/// The folder of a load's dataset, with the slash at its end. Only a [`RunPrefix`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(String);

impl Folder {
    /// The folder as S3 knows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder as a load's source: `s3://BUCKET/…/`.
    pub fn uri(&self, bucket: &Bucket) -> String {
        format!("s3://{}/{}", bucket.as_str(), self.0)
    }

    /// The key of a file in it.
    ///
    /// # Errors
    /// The file's name is not plain, and might lead elsewhere.
    pub fn key(&self, file: &str) -> Result<ObjectKey, NameError> {
        if is_segment(file) { Ok(ObjectKey(format!("{}{file}", self.0))) } else { Err(NameError::Segment(file.to_owned())) }
    }
}

/// The key of an object of a run. Only a [`Folder`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// The key as S3 knows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name that S3 would not take, or that might lead out of the run's own prefix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Of a bucket.
    #[error("`{0}` cannot be a bucket: write 3 to 63 lower-case letters, digits, hyphens and dots, without `s3://`")]
    Bucket(String),
    /// Of the profile's prefix.
    #[error(
        "`{0}` cannot be a prefix: write 3 to 200 letters, digits, `_`, `-`, `.` and single slashes, none at its beginning or end"
    )]
    Prefix(String),
    /// Of a scenario, a load or a file.
    #[error("`{0}` cannot be a part of a key: write letters, digits, `_`, `-` and `.` only")]
    Segment(String),
}

fn is_segment(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    !["", ".", ".."].contains(&text) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn prefix() -> RunPrefix {
        RunPrefix::of(&"20261122-073000-ab12cd".parse().unwrap(), &"team/sandbox".parse().unwrap())
    }

    #[test]
    fn a_key_says_run_scenario_load_dataset_and_file() {
        let folder = prefix().folder("test_successful_load_status", "domain-load", Dataset::Valid).unwrap();
        let key = folder.key("people.csv").unwrap();
        assert_eq!(
            key.to_string(),
            "team/sandbox/neptune-harness/20261122-073000-ab12cd/test_successful_load_status/domain-load/valid/people.csv"
        );
        assert_eq!(
            folder.uri(&"team-data".parse().unwrap()),
            "s3://team-data/team/sandbox/neptune-harness/20261122-073000-ab12cd/test_successful_load_status/domain-load/valid/"
        );
    }

    #[rstest]
    #[case::valid(Dataset::Valid)]
    #[case::malformed(Dataset::Malformed)]
    #[case::large(Dataset::Large)]
    fn what_is_the_runs_own_is_recognised(#[case] dataset: Dataset) {
        let folder = prefix().folder("a", "load", dataset).unwrap();
        let key = folder.key("b.csv").unwrap();
        assert_eq!(prefix().recognise_key(key.as_str()), Some(key));
        assert_eq!(prefix().recognise_folder(folder.as_str()), Some(folder));
    }

    #[rstest]
    #[case::another_run("team/sandbox/neptune-harness/20261122-073001-ab12cd/a/load/valid/b.csv")]
    #[case::above("team/sandbox/people.csv")]
    #[case::whole_run("team/sandbox/neptune-harness/20261122-073000-ab12cd/")]
    #[case::whole_scenario("team/sandbox/neptune-harness/20261122-073000-ab12cd/a/")]
    #[case::whole_scenario_twice("team/sandbox/neptune-harness/20261122-073000-ab12cd//load/valid/")]
    #[case::whole_load("team/sandbox/neptune-harness/20261122-073000-ab12cd/a/load/")]
    #[case::no_load("team/sandbox/neptune-harness/20261122-073000-ab12cd/a/valid/b.csv")]
    #[case::no_dataset("team/sandbox/neptune-harness/20261122-073000-ab12cd/a/load/other/b.csv")]
    #[case::deeper("team/sandbox/neptune-harness/20261122-073000-ab12cd/a/load/valid/b/c.csv")]
    #[case::upwards("team/sandbox/neptune-harness/20261122-073000-ab12cd/../load/valid/b.csv")]
    #[case::nothing("")]
    fn what_belongs_to_others_is_not(#[case] text: &str) {
        assert_eq!((prefix().recognise_key(text), prefix().recognise_folder(text)), (None, None));
    }

    #[rstest]
    #[case::upwards("..")]
    #[case::empty("")]
    #[case::slash("a/b")]
    #[case::space("a b")]
    fn a_part_that_might_lead_elsewhere_is_refused(#[case] part: &str) {
        let refused = NameError::Segment(part.into());
        assert_eq!(prefix().folder(part, "load", Dataset::Valid), Err(refused.clone()));
        assert_eq!(prefix().folder("a", part, Dataset::Valid), Err(refused.clone()));
        assert_eq!(prefix().folder("a", "load", Dataset::Valid).unwrap().key(part), Err(refused));
    }

    #[rstest]
    #[case::short("ab")]
    #[case::long(&"a".repeat(64))]
    #[case::upper_case("My-bucket")]
    #[case::uri("s3://bucket")]
    #[case::hyphen_first("-bucket")]
    #[case::two_dots("a..b")]
    #[case::address("192.168.0.1")]
    fn what_cannot_be_a_bucket_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<Bucket>(), Err(NameError::Bucket(text.into())));
    }

    #[test]
    fn a_bucket_may_have_hyphens_and_dots() {
        assert_eq!("my-bucket.2".parse::<Bucket>().unwrap().as_str(), "my-bucket.2");
    }

    #[rstest]
    #[case::empty("")]
    #[case::short("ab")]
    #[case::long(&"a".repeat(201))]
    #[case::slash_first("/team")]
    #[case::slash_last("team/")]
    #[case::two_slashes("team//sandbox")]
    #[case::upwards("team/../other")]
    #[case::space("my team")]
    fn what_cannot_be_a_prefix_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<KeyPrefix>(), Err(NameError::Prefix(text.into())));
    }
}
