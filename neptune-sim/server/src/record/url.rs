//! Takes URLs apart: the ways in which S3 objects are named, hosts and ports.

use std::sync::LazyLock;

use regex::Regex;

/// The endpoints of S3, with or without a bucket before them.
static S3_HOST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^s3(?:[.-](?:dualstack|fips|[a-z]{2}(?:-[a-z]+){1,2}-\d))*\.amazonaws\.com(?:\.cn)?$")
        .expect("the pattern is well formed")
});

/// A URL that may be one of S3's. Its parts, one behind the other, are the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct S3Url<'a> {
    pub(super) before: &'a str,
    pub(super) bucket: &'a str,
    pub(super) between: &'a str,
    pub(super) key: &'a str,
}

impl<'a> S3Url<'a> {
    /// Takes a URL apart; `None` if its scheme or its host is another's.
    pub(super) fn of(url: &'a str) -> Option<Self> {
        Self::split(url).filter(Self::is_amazons)
    }

    fn split(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let after_scheme = scheme.len() + "://".len();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if scheme.starts_with("s3") {
            let slash = &rest[host.len()..rest.len() - path.len()];
            return Some(Self { before: &url[..after_scheme], bucket: host, between: slash, key: path });
        }
        let before_path = url.len() - path.len();
        if host.starts_with("s3.") || host.starts_with("s3-") {
            let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
            let slash = &path[bucket.len()..path.len() - key.len()];
            return Some(Self { before: &url[..before_path], bucket, between: slash, key });
        }
        let service = host.find(".s3.").or_else(|| host.find(".s3-"))?;
        let between = &url[after_scheme + service..before_path];
        Some(Self { before: &url[..after_scheme], bucket: &host[..service], between, key: path })
    }

    /// Whether what stands around the bucket is S3's.
    fn is_amazons(&self) -> bool {
        let Some((scheme, host)) = self.before.split_once("://") else { return false };
        let host = if host.is_empty() { self.between.trim_matches(['.', '/']) } else { host.trim_end_matches('/') };
        matches!(scheme, "s3" | "s3a" | "s3n") || S3_HOST.is_match(host)
    }
}

/// `host` and `:port`
pub(super) fn split_port(authority: &str) -> (&str, &str) {
    let is_port = |port: &str| !port.is_empty() && port.chars().all(|c| c.is_ascii_digit());
    match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => authority.split_at(host.len()),
        _ => (authority, ""),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::s3("s3://bucket/in/a.csv", "s3://", "bucket", "/", "in/a.csv")]
    #[case::bucket_alone("s3://bucket", "s3://", "bucket", "", "")]
    #[case::s3a("s3a://bucket/", "s3a://", "bucket", "/", "")]
    #[case::in_the_path("https://s3.amazonaws.com/bucket/in/", "https://s3.amazonaws.com/", "bucket", "/", "in/")]
    #[case::with_a_region(
        "https://s3.us-east-1.amazonaws.com/bucket/in",
        "https://s3.us-east-1.amazonaws.com/",
        "bucket",
        "/",
        "in"
    )]
    #[case::with_a_hyphen("https://s3-us-west-2.amazonaws.com/bucket", "https://s3-us-west-2.amazonaws.com/", "bucket", "", "")]
    #[case::in_the_host(
        "https://my.bucket.s3.us-east-1.amazonaws.com/in",
        "https://",
        "my.bucket",
        ".s3.us-east-1.amazonaws.com/",
        "in"
    )]
    fn every_form_is_found_and_comes_apart(
        #[case] url: &str,
        #[case] before: &str,
        #[case] bucket: &str,
        #[case] between: &str,
        #[case] key: &str,
    ) {
        assert_eq!(S3Url::of(url), Some(S3Url { before, bucket, between, key }));
    }

    #[rstest]
    #[case::another_scheme("s3x://bucket/in")]
    #[case::a_look_alike("https://s3.acme.corp/bucket/in")]
    #[case::a_bucket_of_a_look_alike("https://bucket.s3.acme.corp/in")]
    #[case::no_url("bucket/in")]
    fn what_is_not_s3s_is_left_whole(#[case] url: &str) {
        assert_eq!(S3Url::of(url), None);
    }

    #[rstest]
    #[case::with_a_port("db:8182", ("db", ":8182"))]
    #[case::without("db", ("db", ""))]
    #[case::of_ipv6("[fd00::1]", ("[fd00::1]", ""))]
    fn a_port_is_distinguished_from_its_host(#[case] authority: &str, #[case] parts: (&str, &str)) {
        assert_eq!(split_port(authority), parts);
    }
}
