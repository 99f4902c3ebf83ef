//! The ways in which S3 objects are named in URLs.

/// What stands before the bucket, the bucket, what stands between it and the key, and the key.
pub(super) fn split_s3(url: &str) -> Option<(&str, &str, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let after_scheme = scheme.len() + "://".len();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if scheme.starts_with("s3") {
        let slash = &rest[host.len()..rest.len() - path.len()];
        return Some((&url[..after_scheme], host, slash, path));
    }
    let before_path = url.len() - path.len();
    if host.starts_with("s3.") || host.starts_with("s3-") {
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let slash = &path[bucket.len()..path.len() - key.len()];
        return Some((&url[..before_path], bucket, slash, key));
    }
    let service = host.find(".s3.").or_else(|| host.find(".s3-"))?;
    Some((&url[..after_scheme], &host[..service], &url[after_scheme + service..before_path], path))
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
        assert_eq!(split_s3(url), Some((before, bucket, between, key)));
    }
}
