//! What S3 answers to a list, and how an object is spelt in a URL. It sends nothing: the functions and the simulator have clients of their own.
//!
//! ```
//! use neptune_s3::{Answer, read_answer};
//!
//! let xml = b"<ListBucketResult><Contents><Key>in/a&amp;b.csv</Key></Contents></ListBucketResult>";
//! let Some(Answer::Page(page)) = read_answer(xml) else { panic!("it is a page") };
//! assert_eq!(page.objects[0].key, "in/a&b.csv");
//! ```

use neptune_sigv4::ENCODED;
use percent_encoding::utf8_percent_encode;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};

/// How many keys a page of a list has at most (documented).
pub const PAGE: usize = 1000;
/// How long a page of a list may be, in bytes: 1000 keys of the longest kind have nearly two mebibytes.
pub const PAGE_BYTES: usize = 4 * 1024 * 1024;
/// How deep elements may be nested. S3's lists have four levels.
const DEPTH: usize = 16;

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What it lists, in its order.
    pub objects: Vec<Listed>,
    /// Whether more objects follow.
    pub is_truncated: bool,
    /// What the next page is asked for with.
    pub token: Option<String>,
}

/// An object of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Empty if the server says none.
    pub etag: String,
    /// In bytes, as it is written there.
    pub size: String,
}

/// What a body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A page of a list.
    Page(Page),
    /// An error, by its code: empty if it has none.
    Error(String),
}

/// Reads the answer to a list. `None` if it is neither a list nor an error, or not whole.
pub fn read_answer(xml: &[u8]) -> Option<Answer> {
    let mut reader = Reader::from_reader(xml);
    let mut path: Vec<Vec<u8>> = Vec::new();
    let mut said = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => {
                path.push(element.local_name().as_ref().to_vec());
                said = Some(begin(&path, said)?);
            }
            Event::Empty(element) => {
                path.push(element.local_name().as_ref().to_vec());
                said = Some(begin(&path, said)?);
                path.pop();
            }
            Event::End(_) => drop(path.pop()),
            Event::Text(text) => note(&mut said, &path, &text.decode().ok()?),
            Event::CData(text) => note(&mut said, &path, &text.decode().ok()?),
            Event::GeneralRef(reference) => note(&mut said, &path, &resolved(&reference)?),
            // A list of S3's declares no document type, so one that does is refused.
            Event::DocType(_) => return None,
            Event::Eof => return said.filter(|_| path.is_empty()),
            _ => {}
        }
    }
}

/// What is known once an element begins. `None` if no answer of S3's has it.
fn begin(path: &[Vec<u8>], said: Option<Answer>) -> Option<Answer> {
    match (path.len(), said) {
        (1, None) if is(path, &["ListBucketResult"]) => Some(Answer::Page(Page::default())),
        (1, None) if is(path, &["Error"]) => Some(Answer::Error(String::new())),
        (1, _) => None,
        (2, Some(Answer::Page(mut page))) if is(path, &["ListBucketResult", "Contents"]) => {
            page.objects.push(Listed::default());
            Some(Answer::Page(page))
        }
        (depth, said) => said.filter(|_| depth <= DEPTH),
    }
}

/// Notes a piece of the text of the element at a path.
fn note(said: &mut Option<Answer>, path: &[Vec<u8>], text: &str) {
    let names: Vec<&[u8]> = path.iter().map(Vec::as_slice).collect();
    match (said, names.get(1..)) {
        (Some(Answer::Page(page)), Some(within)) => note_of_page(page, within, text),
        (Some(Answer::Error(code)), Some([b"Code"])) => code.push_str(text),
        _ => {}
    }
}

fn note_of_page(page: &mut Page, within: &[&[u8]], text: &str) {
    match (within, page.objects.last_mut()) {
        ([b"Contents", b"Key"], Some(object)) => object.key.push_str(text),
        ([b"Contents", b"ETag"], Some(object)) => object.etag.push_str(text),
        ([b"Contents", b"Size"], Some(object)) => object.size.push_str(text),
        ([b"IsTruncated"], _) => page.is_truncated |= text.trim().eq_ignore_ascii_case("true"),
        ([b"NextContinuationToken"], _) => page.token.get_or_insert_default().push_str(text),
        _ => {}
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

/// The path of an object in a URL, `/bucket/in/a%20b.csv`, as it is signed. The bucket is put there as it is.
pub fn object_path(bucket: &str, key: &str) -> String {
    let parts: Vec<String> = key.split('/').map(|part| utf8_percent_encode(part, ENCODED).to_string()).collect();
    format!("/{bucket}/{}", parts.join("/"))
}

/// Whether two versions of an object are the same. Servers quote an `ETag` here and not there.
pub fn is_same_etag(one: &str, other: &str) -> bool {
    one.trim_matches('"') == other.trim_matches('"')
}

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix>Contents</Prefix><KeyCount>2</KeyCount>
<Contents><Key>in/a&amp;b.csv</Key><Owner><ID>1</ID></Owner></Contents><Contents><Key>in/c.csv</Key></Contents></ListBucketResult>"#;

    fn listed(keys: &[&str]) -> Answer {
        let object = |key: &&str| Listed { key: (*key).to_owned(), ..Listed::default() };
        Answer::Page(Page { objects: keys.iter().map(object).collect(), ..Page::default() })
    }

    fn error(code: &str) -> Answer {
        Answer::Error(code.to_owned())
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
    fn a_body_is_a_list_or_an_error_or_nothing(#[case] xml: &str, #[case] said: Option<Answer>) {
        assert_eq!(read_answer(xml.as_bytes()), said);
    }

    #[test]
    fn a_page_has_keys_versions_and_what_the_next_one_is_asked_for_with() {
        let xml = "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a&lt;b</NextContinuationToken>\
                   <Contents><Key> &#233; &amp;+%41\u{a0}</Key><ETag>&quot;1-2&quot;</ETag><Size>7</Size></Contents></ListBucketResult>";
        let object = Listed { key: " é &+%41\u{a0}".to_owned(), etag: "\"1-2\"".to_owned(), size: "7".to_owned() };
        let page = Page { objects: vec![object], is_truncated: true, token: Some("a<b".to_owned()) };
        assert_eq!(read_answer(xml.as_bytes()), Some(Answer::Page(page)));
    }

    #[test]
    fn an_object_is_spelt_as_it_is_signed() {
        assert_eq!(object_path("my-bucket", "in/a b+/é.csv"), "/my-bucket/in/a%20b%2B/%C3%A9.csv");
        assert_eq!(object_path("my-bucket", ""), "/my-bucket/");
        assert!(is_same_etag("\"1-2\"", "1-2") && !is_same_etag("1", "2"));
    }
}
