//! What S3 answers to a list, and which refusal of Neptune's follows from it.

use axum::body::Bytes;
use axum::http::{Response, StatusCode};
use neptune_loader::StartFailure;
use neptune_s3::{Answer, Page, read_answer};

/// The header in which S3 names the region of a bucket, refused or not (documented).
const BUCKET_REGION: &str = "x-amz-bucket-region";
/// The page that an answer has, or what Neptune says instead. `asked` is the region that the start names, `own` that of the server.
pub(super) fn page(answer: &Response<Bytes>, asked: &str, own: &str) -> Result<Page, StartFailure> {
    let reported = answer.headers().get(BUCKET_REGION).and_then(|region| region.to_str().ok());
    match (answer.status(), read_answer(answer.body())) {
        (StatusCode::OK, Some(Answer::Page(_))) if reported.unwrap_or(own) != asked => Err(StartFailure::BucketElsewhere),
        (StatusCode::OK, Some(Answer::Page(page))) => Ok(page),
        (StatusCode::OK, _) => Err(StartFailure::S3Unknown),
        (status, said) => {
            let code = if let Some(Answer::Error(code)) = said { code } else { String::new() };
            tracing::warn!(status = status.as_u16(), code = code.escape_debug().to_string(), "S3 refused to list a source");
            Err(refusal(status, &code, reported.is_some_and(|reported| reported != asked)))
        }
    }
}

/// Neptune's refusal after an error of S3's (inferred: which refusal follows from which code).
fn refusal(status: StatusCode, code: &str, is_elsewhere: bool) -> StartFailure {
    match code {
        "NoSuchBucket" | "InvalidBucketName" => StartFailure::BucketNotFound,
        "PermanentRedirect" | "AuthorizationHeaderMalformed" => StartFailure::BucketElsewhere,
        // The simulator's own key is wrong: the names show its user which half.
        "InvalidAccessKeyId" => StartFailure::InvalidAccessKey,
        "SignatureDoesNotMatch" => StartFailure::InvalidSecretKey,
        _ if status == StatusCode::MOVED_PERMANENTLY => StartFailure::BucketElsewhere,
        _ if status == StatusCode::BAD_REQUEST && is_elsewhere => StartFailure::BucketElsewhere,
        _ if status == StatusCode::FORBIDDEN => StartFailure::ListDenied,
        _ => StartFailure::S3Unknown,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix>Contents</Prefix><KeyCount>2</KeyCount>
<Contents><Key>in/a&amp;b.csv</Key><Owner><ID>1</ID></Owner></Contents><Contents><Key>in/c.csv</Key></Contents></ListBucketResult>"#;

    fn answer(status: u16, region: Option<&str>, body: &str) -> Response<Bytes> {
        let response = region
            .into_iter()
            .fold(Response::builder().status(status), |response, region| response.header(BUCKET_REGION, region));
        response.body(Bytes::from(body.to_owned())).unwrap()
    }

    #[rstest]
    #[case::in_the_region_of_the_server(None, "us-east-1", Ok(()))]
    #[case::in_the_region_that_it_tells(Some("eu-west-1"), "eu-west-1", Ok(()))]
    #[case::elsewhere(Some("eu-west-1"), "us-east-1", Err(StartFailure::BucketElsewhere))]
    #[case::a_start_for_elsewhere(None, "eu-west-1", Err(StartFailure::BucketElsewhere))]
    fn a_bucket_is_where_s3_says(
        #[case] reported: Option<&str>,
        #[case] asked: &str,
        #[case] expected: Result<(), StartFailure>,
    ) {
        assert_eq!(page(&answer(200, reported, LIST), asked, "us-east-1").map(drop), expected);
    }

    #[rstest]
    #[case::no_bucket(404, None, "NoSuchBucket", StartFailure::BucketNotFound)]
    #[case::another_404(404, None, "NoSuchKey", StartFailure::S3Unknown)]
    #[case::denied(403, Some("eu-west-1"), "AccessDenied", StartFailure::ListDenied)]
    #[case::an_unknown_key(403, None, "InvalidAccessKeyId", StartFailure::InvalidAccessKey)]
    #[case::a_wrong_secret(403, None, "SignatureDoesNotMatch", StartFailure::InvalidSecretKey)]
    #[case::redirected(301, None, "PermanentRedirect", StartFailure::BucketElsewhere)]
    #[case::redirected_without_a_code(301, Some("eu-west-1"), "", StartFailure::BucketElsewhere)]
    #[case::signed_for_another_region(400, None, "AuthorizationHeaderMalformed", StartFailure::BucketElsewhere)]
    #[case::a_bad_request_for_another_region(400, Some("eu-west-1"), "InvalidRequest", StartFailure::BucketElsewhere)]
    #[case::a_bad_request(400, Some("us-east-1"), "InvalidRequest", StartFailure::S3Unknown)]
    #[case::slow_down(503, None, "SlowDown", StartFailure::S3Unknown)]
    fn errors_become_neptunes_refusals(
        #[case] status: u16,
        #[case] reported: Option<&str>,
        #[case] code: &str,
        #[case] refusal: StartFailure,
    ) {
        let body = format!("<Error><Code>{code}</Code></Error>");
        assert_eq!(page(&answer(status, reported, &body), "us-east-1", "us-east-1"), Err(refusal));
    }
}
