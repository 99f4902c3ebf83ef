//! The exception names of error answers.

use std::fmt;

/// Defines [`ErrorCode`] from one table: variant, name on the wire, HTTP status, whether the SDK model marks it as retryable.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident, $name:literal, $http:literal, $retryable:literal;)*) => {
        /// The exception names that Neptune's data API answers with (model), with their HTTP status.
        ///
        /// The set is open: an unknown name survives as [`ErrorCode::Other`].
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
            /// A name that the model does not list, as it came.
            Other(String),
        }

        impl ErrorCode {
            /// Every name of the model, in alphabetical order.
            pub const MODELLED: &[Self] = &[$(Self::$variant,)*];

            /// The name on the wire, such as `BulkLoadIdNotFoundException`.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Other(name) => name,
                }
            }

            /// The HTTP status that the model gives the code; 500 for an unknown one.
            pub fn http_status(&self) -> u16 {
                match self {
                    $(Self::$variant => $http,)*
                    Self::Other(_) => 500,
                }
            }

            /// Whether the SDK model marks the code as worth retrying. AWS's SDKs also retry every 500.
            pub fn is_retryable(&self) -> bool {
                match self {
                    $(Self::$variant => $retryable,)*
                    Self::Other(_) => false,
                }
            }
        }
    };
}

error_codes! {
    /// Authentication or authorisation failed.
    AccessDenied, "AccessDeniedException", 403, false;
    /// The request cannot be completed.
    BadRequest, "BadRequestException", 400, false;
    /// No such load. The model calls it retryable, which makes boto3 ask three times.
    BulkLoadIdNotFound, "BulkLoadIdNotFoundException", 404, true;
    /// Storage maintenance ended the request.
    CancelledByMaintenance, "CancelledByMaintenanceException", 500, true;
    /// A client cancelled the request.
    CancelledByUser, "CancelledByUserException", 500, false;
    /// The client took too long.
    ClientTimeout, "ClientTimeoutException", 408, true;
    /// Concurrent modifications conflicted.
    ConcurrentModification, "ConcurrentModificationException", 500, true;
    /// A data constraint was violated, perhaps for a moment only: a retryable 400.
    ConstraintViolation, "ConstraintViolationException", 400, true;
    /// A stream has expired.
    ExpiredStream, "ExpiredStreamException", 400, false;
    /// A query called `fail()`.
    FailureByQuery, "FailureByQueryException", 500, true;
    /// An argument is not supported.
    IllegalArgument, "IllegalArgumentException", 400, false;
    /// Something failed inside.
    InternalFailure, "InternalFailureException", 500, false;
    /// An argument has an invalid value.
    InvalidArgument, "InvalidArgumentException", 400, false;
    /// A number does not fit into 64 bits.
    InvalidNumericData, "InvalidNumericDataException", 400, false;
    /// A parameter has an invalid value.
    InvalidParameter, "InvalidParameterException", 400, false;
    /// The URL to load from refused access.
    LoadUrlAccessDenied, "LoadUrlAccessDeniedException", 400, false;
    /// A machine-learning resource is missing.
    MlResourceNotFound, "MLResourceNotFoundException", 404, false;
    /// A query is not well formed.
    MalformedQuery, "MalformedQueryException", 400, false;
    /// Out of memory.
    MemoryLimitExceeded, "MemoryLimitExceededException", 500, true;
    /// The endpoint does not support the HTTP method.
    MethodNotAllowed, "MethodNotAllowedException", 405, false;
    /// A required parameter is absent.
    MissingParameter, "MissingParameterException", 400, false;
    /// Something could not be parsed.
    Parsing, "ParsingException", 400, false;
    /// A precondition does not hold.
    PreconditionsFailed, "PreconditionsFailedException", 400, false;
    /// A query exceeds a limit.
    QueryLimit, "QueryLimitException", 400, false;
    /// Too many queries at once.
    QueryLimitExceeded, "QueryLimitExceededException", 500, true;
    /// A query is too large.
    QueryTooLarge, "QueryTooLargeException", 400, false;
    /// A write was sent to a reader.
    ReadOnlyViolation, "ReadOnlyViolationException", 400, false;
    /// A resource is missing.
    ResourceNotFound, "ResourceNotFoundException", 404, false;
    /// S3 gave trouble.
    S3, "S3Exception", 400, true;
    /// The server is going down.
    ServerShutdown, "ServerShutdownException", 500, false;
    /// Statistics are not available.
    StatisticsNotAvailable, "StatisticsNotAvailableException", 400, false;
    /// A stream has no such records.
    StreamRecordsNotFound, "StreamRecordsNotFoundException", 404, false;
    /// Too many requests a second. A 500 in the model, not a 429.
    Throttling, "ThrottlingException", 500, true;
    /// The request ran out of time.
    TimeLimitExceeded, "TimeLimitExceededException", 500, true;
    /// Too many requests in process.
    TooManyRequests, "TooManyRequestsException", 429, true;
    /// The feature is not supported.
    UnsupportedOperation, "UnsupportedOperationException", 400, false;
    /// The input breaks a rule.
    Validation, "ValidationException", 400, false;
}

impl From<&str> for ErrorCode {
    fn from(name: &str) -> Self {
        Self::MODELLED.iter().find(|code| code.as_str() == name).cloned().unwrap_or_else(|| Self::Other(name.to_owned()))
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_modelled_code_reads_back_as_itself() {
        for code in ErrorCode::MODELLED {
            assert_eq!(&ErrorCode::from(code.as_str()), code);
        }
        assert_eq!(ErrorCode::from("NewException"), ErrorCode::Other("NewException".into()));
    }
}
