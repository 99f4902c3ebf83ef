//! Why a well-formed start cannot be executed: S3, the role, the engine itself.

use neptune_wire::ErrorCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::api::error::ApiError;
use crate::evidence::Evidence;
use crate::words::unknown_word;

/// Defines [`StartFailure`] from one table: variant, word, code and text.
macro_rules! start_failures {
    ($(#[doc = $doc:literal] $variant:ident = $word:literal, $code:ident, $text:literal;)*) => {
        /// Why Neptune cannot execute a start that is well formed.
        ///
        /// The texts are documented, and so are the HTTP statuses; the codes are inferred. The last one is observed, and so is the
        /// spelling of the first, which the manual has in capitals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum StartFailure {
            $(#[doc = $doc] $variant,)*
        }

        impl StartFailure {
            /// Every one, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word for it in scenarios and on the control API. Neptune itself has none.
            pub fn as_word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            fn parts(self) -> (ErrorCode, &'static str) {
                match self {
                    $(Self::$variant => (ErrorCode::$code, $text),)*
                }
            }
        }
    };
}

start_failures! {
    #[doc = "The role is not attached to the cluster, or the cluster cannot reach STS to assume it."]
    RoleNotAttached = "role_not_attached", BadRequest, "Couldn't find the aws credential for iam_role_arn";
    #[doc = "There is no such bucket."]
    BucketNotFound = "bucket_not_found", BadRequest, "S3 bucket not found for source";
    #[doc = "Nothing has the prefix."]
    SourceNotFound = "source_not_found", BadRequest, "The source {source} does not exist/not reachable";
    #[doc = "The bucket is in another region than the one that was given."]
    BucketElsewhere = "bucket_elsewhere", BadRequest, "Bucket is not in provided Region ({region})";
    #[doc = "The role may not list the bucket."]
    ListDenied = "list_denied", LoadUrlAccessDenied, "Unable to perform S3 list operation";
    #[doc = "The deprecated access key is wrong."]
    InvalidAccessKey = "invalid_access_key", BadRequest, "Invalid S3 access key";
    #[doc = "The deprecated secret key is wrong."]
    InvalidSecretKey = "invalid_secret_key", BadRequest, "Invalid S3 secret key";
    #[doc = "The network has no way to S3, or the region is wrong."]
    S3Unreachable = "s3_unreachable", InternalFailure,
        "Unable to connect to S3 endpoint. Provided source = {source} and region = {region}";
    #[doc = "S3 failed in an unforeseen way."]
    S3Unknown = "s3_unknown", InternalFailure, "Failed to start load because of unknown error from S3";
    #[doc = "Neptune does not say why."]
    Unexplained = "unexplained", InternalFailure, "Failed to start load from the source {source}";
}

impl Serialize for StartFailure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_word())
    }
}

impl<'de> Deserialize<'de> for StartFailure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::from_word(&word).ok_or_else(|| unknown_word(&word, Self::ALL.iter().map(|failure| failure.as_word())))
    }
}

impl StartFailure {
    /// The failure that a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|failure| failure.as_word() == word)
    }

    /// The error that Neptune answers a start with.
    pub fn error(self, source: &str, region: &str) -> ApiError {
        let (code, text) = self.parts();
        let evidence = if self == Self::Unexplained { Evidence::Observed } else { Evidence::Inferred };
        // The region first: it holds no placeholder, a source might.
        ApiError { code, message: text.replace("{region}", region).replace("{source}", source), evidence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_as_itself() {
        for failure in StartFailure::ALL {
            assert_eq!(StartFailure::from_word(failure.as_word()), Some(*failure));
        }
        assert_eq!(StartFailure::from_word("weather"), None);
    }

    #[test]
    fn a_role_that_is_not_attached_has_the_text_of_real_clusters() {
        let text = StartFailure::RoleNotAttached.error("s3://b/", "us-east-1").message;
        assert_eq!(text, "Couldn't find the aws credential for iam_role_arn");
    }

    #[test]
    fn the_texts_name_source_and_region() {
        let error = StartFailure::S3Unreachable.error("s3://b/{region}", "us-east-1");
        assert_eq!(error.message, "Unable to connect to S3 endpoint. Provided source = s3://b/{region} and region = us-east-1");
        assert_eq!((error.code.as_str(), error.http_status()), ("InternalFailureException", 500));
        let error = StartFailure::BucketElsewhere.error("s3://b/", "eu-west-1");
        assert_eq!(error.message, "Bucket is not in provided Region (eu-west-1)");
        assert_eq!(error.http_status(), 400);
    }
}
