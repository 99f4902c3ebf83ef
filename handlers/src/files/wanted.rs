//! A request to S3.

use neptune_s3::object_path;
use neptune_sigv4::ENCODED;
use percent_encoding::utf8_percent_encode;
use reqwest::{Method, Url};

use super::error::FileError;
use super::request::invalid;
use crate::endpoint::Endpoint;
use crate::text::visible;

/// A request that can be sent more than once.
pub(super) struct Wanted<'a> {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: &'a [u8],
    pub(super) if_match: Option<&'a str>,
    /// What it is about, for people.
    pub(super) subject: String,
}

impl Wanted<'_> {
    /// A request without a body.
    ///
    /// # Errors
    /// `InvalidEvent` if no URL has the bucket or the key.
    pub(super) fn new(
        endpoint: &Endpoint,
        method: Method,
        bucket: &str,
        key: &str,
        query: &[(&str, &str)],
    ) -> Result<Wanted<'static>, FileError> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if !(bucket.bytes().all(is_name) && bucket.bytes().any(|byte| byte.is_ascii_alphanumeric())) {
            return Err(invalid("`bucket` is no name of a bucket"));
        }
        if key.split('/').any(|part| matches!(part, "." | "..")) {
            return Err(invalid("`key` has a part `.` or `..`, which no URL keeps"));
        }
        let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
        let query: Vec<String> =
            [("", "")].iter().chain(query).skip(1).map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("{endpoint}{}{mark}{}", object_path(bucket, key), query.join("&"));
        let url = Url::parse(&url).map_err(|_| invalid("`bucket` or `key` makes no URL"))?;
        let subject = format!("s3://{bucket}/{}", visible(key, 300));
        Ok(Wanted { method, url, body: &[], if_match: None, subject })
    }
}
