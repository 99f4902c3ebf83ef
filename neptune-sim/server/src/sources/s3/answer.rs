//! What S3 answers to a list, and which refusal of Neptune's follows from it.

use axum::body::Bytes;
use axum::http::{Response, StatusCode};
use neptune_loader::StartFailure;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};

/// The header in which S3 names the region of a bucket, refused or not (documented).
const BUCKET_REGION: &str = "x-amz-bucket-region";
/// How deep elements may be nested. S3's lists have four levels.
const DEPTH: usize = 16;

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) objects: Vec<Listed>,
    /// Whether more objects follow.
    pub(super) is_truncated: bool,
    /// What the next page is asked for with.
    pub(super) token: Option<String>,
}

/// An object of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) key: String,
    /// Empty if the server says none.
    pub(super) etag: String,
    /// In bytes, as it is written there.
    pub(super) size: String,
}

/// What a body says.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    /// Nothing so far.
    Nothing,
    /// A list.
    Objects(Page),
    /// An error, by its code.
    Error(String),
}

/// The page that an answer has, or what Neptune says instead. `asked` is the region that the start names, `own` that of the server.
pub(super) fn page(answer: &Response<Bytes>, asked: &str, own: &str) -> Result<Page, StartFailure> {
    let reported = answer.headers().get(BUCKET_REGION).and_then(|region| region.to_str().ok());
    match (answer.status(), read(answer.body())) {
        (StatusCode::OK, Some(Said::Objects(_))) if reported.unwrap_or(own) != asked => Err(StartFailure::BucketElsewhere),
        (StatusCode::OK, Some(Said::Objects(page))) => Ok(page),
        (StatusCode::OK, _) => Err(StartFailure::S3Unknown),
        (status, said) => {
            let code = if let Some(Said::Error(code)) = said { code } else { String::new() };
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

/// Reads a list or an error. `None` if it is neither, or not whole.
fn read(xml: &[u8]) -> Option<Said> {
    let mut reader = Reader::from_reader(xml);
    let mut path: Vec<Vec<u8>> = Vec::new();
    let mut said = Said::Nothing;
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => {
                path.push(element.local_name().as_ref().to_vec());
                said = begin(&path, said)?;
            }
            Event::Empty(element) => {
                path.push(element.local_name().as_ref().to_vec());
                said = begin(&path, said)?;
                path.pop();
            }
            Event::End(_) => drop(path.pop()),
            Event::Text(text) => said.text(&path, &text.decode().ok()?),
            Event::CData(text) => said.text(&path, &text.decode().ok()?),
            Event::GeneralRef(reference) => said.text(&path, &resolved(&reference)?),
            // A list of S3's declares no document type, so one that does is refused.
            Event::DocType(_) => return None,
            Event::Eof => return (path.is_empty() && said != Said::Nothing).then_some(said),
            _ => {}
        }
    }
}

/// What is known once an element begins. `None` if no answer of S3's has it.
fn begin(path: &[Vec<u8>], said: Said) -> Option<Said> {
    match (path.len(), said) {
        (1, Said::Nothing) if is(path, &["ListBucketResult"]) => Some(Said::Objects(Page::default())),
        (1, Said::Nothing) if is(path, &["Error"]) => Some(Said::Error(String::new())),
        (1, _) => None,
        (2, Said::Objects(mut page)) if is(path, &["ListBucketResult", "Contents"]) => {
            page.objects.push(Listed::default());
            Some(Said::Objects(page))
        }
        (depth, said) => (depth <= DEPTH).then_some(said),
    }
}

impl Said {
    /// A piece of the text of the element at a path.
    fn text(&mut self, path: &[Vec<u8>], text: &str) {
        let Self::Objects(page) = self else {
            if let Self::Error(code) = self
                && is(path, &["Error", "Code"])
            {
                code.push_str(text);
            }
            return;
        };
        let names: Vec<&[u8]> = path.iter().map(Vec::as_slice).collect();
        match (names[..].get(1..), page.objects.last_mut()) {
            (Some([b"Contents", b"Key"]), Some(object)) => object.key.push_str(text),
            (Some([b"Contents", b"ETag"]), Some(object)) => object.etag.push_str(text),
            (Some([b"Contents", b"Size"]), Some(object)) => object.size.push_str(text),
            (Some([b"IsTruncated"]), _) => page.is_truncated |= text.trim().eq_ignore_ascii_case("true"),
            (Some([b"NextContinuationToken"]), _) => page.token.get_or_insert_default().push_str(text),
            _ => {}
        }
    }
}

/// The character that a reference stands for. A document without a type has no others.
fn resolved(reference: &BytesRef<'_>) -> Option<String> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character.to_string());
    }
    resolve_predefined_entity(&reference.decode().ok()?).map(str::to_owned)
}

fn is(path: &[Vec<u8>], names: &[&str]) -> bool {
    path.iter().map(Vec::as_slice).eq(names.iter().map(|name| name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix>Contents</Prefix><KeyCount>2</KeyCount>
<Contents><Key>in/a&amp;b.csv</Key><Owner><ID>1</ID></Owner></Contents><Contents><Key>in/c.csv</Key></Contents></ListBucketResult>"#;

    fn listed(keys: &[&str]) -> Said {
        let object = |key: &&str| Listed { key: (*key).to_owned(), ..Listed::default() };
        Said::Objects(Page { objects: keys.iter().map(object).collect(), ..Page::default() })
    }

    fn error(code: &str) -> Said {
        Said::Error(code.to_owned())
    }

    #[rstest]
    #[case::a_list(LIST, Some(listed(&["in/a&b.csv", "in/c.csv"])))]
    #[case::an_empty_list("<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>", Some(listed(&[])))]
    #[case::the_shortest_list("<ListBucketResult/>", Some(listed(&[])))]
    #[case::an_error("<Error><Code>NoSuchBucket</Code><Message>m</Message></Error>", Some(error("NoSuchBucket")))]
    #[case::an_error_within_a_list(
        "<ListBucketResult><Error><Code>X</Code></Error></ListBucketResult>",
        Some(listed(&[]))
    )]
    #[case::a_cut_list(&LIST[..LIST.len() - 3], None)]
    #[case::crossed_elements("<ListBucketResult><a></b></ListBucketResult>", None)]
    #[case::two_documents("<ListBucketResult/><ListBucketResult/>", None)]
    #[case::a_page("<html><body>Contents</body></html>", None)]
    #[case::no_xml("{}", None)]
    #[case::nothing("", None)]
    #[case::declarations("<!DOCTYPE x [<!ENTITY a 'a'>]><ListBucketResult/>", None)]
    #[case::a_deep_one(&format!("<ListBucketResult>{}", "<a>".repeat(100_000)), None)]
    fn a_body_is_a_list_or_an_error_or_nothing(#[case] xml: &str, #[case] said: Option<Said>) {
        assert_eq!(read(xml.as_bytes()), said);
    }

    #[test]
    fn a_page_has_keys_versions_and_what_the_next_one_is_asked_for_with() {
        let xml = "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a&lt;b</NextContinuationToken>\
                   <Contents><Key> &#233; &amp;+%41\u{a0}</Key><ETag>&quot;1-2&quot;</ETag><Size>7</Size></Contents></ListBucketResult>";
        let object = Listed { key: " é &+%41\u{a0}".to_owned(), etag: "\"1-2\"".to_owned(), size: "7".to_owned() };
        let page = Page { objects: vec![object], is_truncated: true, token: Some("a<b".to_owned()) };
        assert_eq!(read(xml.as_bytes()), Some(Said::Objects(page)));
    }

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
