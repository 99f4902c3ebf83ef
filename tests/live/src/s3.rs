//! Where a run may write in S3: under its own prefix, and nowhere else.

use std::fmt;
use std::str::FromStr;

use crate::RunId;

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
/// It may not be empty: whoever clears a prefix by hand should not have to think about a whole bucket.
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

/// The data that a scenario loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dataset {
    /// Completes.
    Valid,
    /// Fails.
    Malformed,
    /// Takes long enough to be seen in progress, or to be cancelled.
    Large,
}

impl Dataset {
    /// The name of its folder.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Malformed => "malformed",
            Self::Large => "large",
        }
    }
}

/// What the keys of all objects of a run begin with: `PREFIX/neptune-harness/RUN/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunPrefix(String);

impl RunPrefix {
    /// The prefix of a run, under the profile's.
    pub fn of(run: &RunId, prefix: &KeyPrefix) -> Self {
        Self(format!("{}/neptune-harness/{run}/", prefix.as_str()))
    }

    /// The prefix, with the slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of a file of a scenario's dataset.
    ///
    /// # Errors
    /// Scenario or file is not a plain name, and might lead elsewhere.
    pub fn key(&self, scenario: &str, dataset: Dataset, file: &str) -> Result<ObjectKey, NameError> {
        if let Some(bad) = [scenario, file].into_iter().find(|segment| !is_segment(segment)) {
            return Err(NameError::Segment(bad.to_owned()));
        }
        Ok(ObjectKey(format!("{}{scenario}/{}/{file}", self.0, dataset.as_str())))
    }
}

/// The key of an object that belongs to a run. Only a [`RunPrefix`] makes one.
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
    /// Of a scenario or a file.
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
    fn a_key_says_run_scenario_dataset_and_file() {
        let key = prefix().key("test_successful_load_status", Dataset::Valid, "people.csv").unwrap();
        assert_eq!(
            key.to_string(),
            "team/sandbox/neptune-harness/20261122-073000-ab12cd/test_successful_load_status/valid/people.csv"
        );
    }

    #[rstest]
    #[case::upwards("..")]
    #[case::empty("")]
    #[case::slash("a/b")]
    #[case::space("a b")]
    fn a_part_that_might_lead_elsewhere_is_refused(#[case] part: &str) {
        assert_eq!(prefix().key(part, Dataset::Valid, "a.csv"), Err(NameError::Segment(part.into())));
        assert_eq!(prefix().key("a", Dataset::Valid, part), Err(NameError::Segment(part.into())));
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
