//! What answers of S3's mean that are no success, and connections that break.

use reqwest::Response;

use super::error::{FileError, FileErrorName};
use super::listing;

/// How long an error may be, in bytes.
const ERROR_BYTES: usize = 64 * 1024;

/// The body of an answer that has at most so many bytes.
pub(super) async fn body(mut response: Response, most: usize, subject: &str) -> Result<Vec<u8>, FileError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| broken(subject, &error))? {
        if body.len() + piece.len() > most {
            let text = format!("{subject} is larger than {most} bytes, which is all that the function's memory has room for");
            return Err(FileError::new(FileErrorName::TooManyIds, text));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// The connection did not come about, or broke. Nothing of the error is quoted but its kind: its text may have the URL.
pub(super) fn broken(subject: &str, error: &reqwest::Error) -> FileError {
    let what = match () {
        () if error.is_timeout() => "S3 did not answer in time",
        () if error.is_connect() => "S3 cannot be reached; check AWS_ENDPOINT_URL_S3, and that the function's subnets reach S3",
        () => "the connection to S3 broke off",
    };
    FileError::new(FileErrorName::S3Unavailable, format!("{subject} cannot be read or written: {what}"))
}

/// The object is another version than the one that was asked for.
pub(super) fn changed(subject: &str) -> FileError {
    let text = format!("{subject} was changed since it was listed; check it again");
    FileError::new(FileErrorName::ObjectChanged, text)
}

/// What an answer other than a success means.
pub(super) async fn refusal(subject: &str, response: Response) -> FileError {
    let status = response.status().as_u16();
    let body = body(response, ERROR_BYTES, subject).await.unwrap_or_default();
    let code = listing::error_code(&body);
    let name = match (status, code.as_str()) {
        (412, _) => return changed(subject),
        (_, "SlowDown" | "TooManyRequestsException") | (429, _) => FileErrorName::S3Throttled,
        (_, "RequestTimeTooSkewed" | "RequestTimeout") | (408 | 500..=599, _) => FileErrorName::S3Unavailable,
        (404, _) => FileErrorName::ObjectNotFound,
        (401 | 403, _) => FileErrorName::S3AccessDenied,
        _ => FileErrorName::S3BadResponse,
    };
    let remedy = match name {
        FileErrorName::S3AccessDenied => {
            "; let the function's role read it (s3:GetObject, s3:ListBucket) or write it (s3:PutObject)"
        }
        FileErrorName::S3BadResponse if (300..400).contains(&status) => "; is the bucket in another region?",
        _ => "",
    };
    FileError::new(name, format!("{subject} cannot be read or written: S3 answers HTTP {status} {code}{remedy}"))
}
