//! What is wrong with a signature, as facts. Each server has its own texts for them.

use std::time::Duration;

use super::moment::Timestamp;

/// Stands for the header that says when a request was signed, `x-amz-date` or `date`, among missing parameters.
pub const DATE: &str = "Date";

/// What is wrong with the signature of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureError {
    /// There is no signature, or none of AWS's.
    Unsigned,
    /// It is an AWS signature of another kind.
    OtherAlgorithm(String),
    /// The `Authorization` header lacks some of these parameters, or there is no [`DATE`] with it.
    IncompleteHeader(Vec<&'static str>),
    /// The query lacks some of these parameters.
    IncompleteQuery(Vec<&'static str>),
    /// The credential does not consist of key, date, region, service and terminator.
    MalformedCredential,
    /// The date is none.
    MalformedDate(String),
    /// A presigned URL lives too long, or not at all.
    BadExpires,
    /// The `Host` is not signed.
    UnsignedHost,
    /// A header is signed and was not sent.
    AbsentHeader(String),
    /// The signature is for another region.
    WrongRegion(String),
    /// The signature is for another service.
    WrongService,
    /// The scope does not end as scopes do.
    WrongTerminator(String),
    /// The signature is for another day than the request.
    WrongDate {
        /// The day in the scope.
        scope: String,
        /// The time of the request.
        moment: Timestamp,
    },
    /// The signature was made too long ago.
    Expired {
        /// When it was made.
        moment: Timestamp,
        /// What the server's clock reads.
        now: Timestamp,
        /// How long it held.
        lifetime: Duration,
    },
    /// The signature will be made in the future.
    NotYetCurrent {
        /// When it was made, by the client's clock.
        moment: Timestamp,
        /// What the server's clock reads.
        now: Timestamp,
        /// How far ahead the client's clock may be.
        skew: Duration,
    },
}
