//! One call of a function that reads files in S3.

use super::error::FileError;
use super::s3::S3;
use crate::invocation::Invocation;

/// One call of a function that reads files in S3.
pub type Call = Invocation<Result<S3, FileError>>;
