//! Buckets on the command line: `--data my-bucket=./data`.

use std::path::PathBuf;
use std::str::FromStr;

use neptune_server::Bucket;

/// A bucket whose objects are the files of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GivenBucket {
    name: String,
    folder: PathBuf,
}

impl FromStr for GivenBucket {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, folder)) if !folder.is_empty() && is_bucket(name) => {
                Ok(Self { name: name.to_owned(), folder: folder.into() })
            }
            _ => Err("write the name of a bucket, `=` and a folder: my-bucket=./data"),
        }
    }
}

impl GivenBucket {
    /// The bucket by its name.
    pub(super) fn to_bucket(&self) -> (String, Bucket) {
        (self.name.clone(), Bucket::Folder(self.folder.clone()))
    }
}

/// Whether a source can have it as its bucket.
fn is_bucket(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::usual("my-bucket=./data", Some(("my-bucket", "./data")))]
    #[case::an_equals_sign_in_the_folder("b=x=y", Some(("b", "x=y")))]
    #[case::no_folder("my-bucket=", None)]
    #[case::no_bucket("=./data", None)]
    #[case::neither("./data", None)]
    #[case::a_source("s3://my-bucket/=./data", None)]
    fn a_bucket_and_its_folder(#[case] text: &str, #[case] expected: Option<(&str, &str)>) {
        let expected = expected.map(|(name, folder)| (name.to_owned(), Bucket::Folder(folder.into())));
        assert_eq!(text.parse().ok().map(|bucket: GivenBucket| bucket.to_bucket()), expected);
    }
}
