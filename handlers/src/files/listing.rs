//! What S3 answers to a list, and its errors.

use quick_xml::Reader;
use quick_xml::events::Event;

/// How many keys a page has (documented).
pub(super) const PAGE: usize = 1000;
/// The element that a list is.
const LIST: &[u8] = b"ListBucketResult";

/// A page of a list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// The last part of each key: names that these functions give have no character that XML would escape.
    pub(super) names: Vec<String>,
    /// Whether it says that more follow. Pages may be shorter than they have to be (documented).
    pub(super) is_truncated: bool,
}

/// Reads a page. `None` if it is no list, or not a whole one.
pub(super) fn page(xml: &[u8]) -> Option<Page> {
    let mut reader = Reader::from_reader(xml);
    let (mut page, mut path, mut is_list) = (Page::default(), Vec::new(), false);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) if path.is_empty() && element.local_name().as_ref() != LIST => {
                return None;
            }
            Event::Empty(_) => is_list = true,
            Event::Start(element) => {
                is_list = true;
                path.push(element.local_name().as_ref().to_vec());
                if is_key(&path) {
                    page.names.push(String::new());
                }
            }
            Event::Text(text) if is_key(&path) => {
                // The rest of a key that has an escape comes as another text.
                let text = text.decode().ok()?;
                let name = page.names.last_mut()?;
                match text.rsplit_once('/') {
                    Some((_, last)) => last.clone_into(name),
                    None => name.push_str(&text),
                }
            }
            Event::Text(text) if is(&path, &[LIST, b"IsTruncated"]) => page.is_truncated = text.decode().ok()?.trim() == "true",
            Event::End(_) => drop(path.pop()),
            Event::DocType(_) => return None,
            Event::Eof => return (path.is_empty() && is_list).then_some(page),
            _ => {}
        }
    }
}

fn is_key(path: &[Vec<u8>]) -> bool {
    is(path, &[LIST, b"Contents", b"Key"])
}

fn is(path: &[Vec<u8>], other: &[&[u8]]) -> bool {
    path.iter().map(Vec::as_slice).eq(other.iter().copied())
}

/// The code of an error: letters, or nothing.
pub(super) fn error_code(xml: &[u8]) -> String {
    let text = String::from_utf8_lossy(xml);
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code);
    let is_code = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_code { code.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_a_page_are_read_whatever_the_prefix_is() {
        let page = b"<?xml version='1.0'?><ListBucketResult><Prefix>a&amp;b/</Prefix><Contents><Key>a&amp;b/v-1</Key><Size>3</Size></Contents>\
            <Contents><Key>a&amp;b/v-2</Key></Contents></ListBucketResult>";
        assert_eq!(super::page(page).unwrap(), Page { names: ["v-1", "v-2"].map(str::to_owned).to_vec(), is_truncated: false });
        assert_eq!(super::page(b"<ListBucketResult/>").unwrap(), Page::default());
        assert!(super::page(b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>").unwrap().is_truncated);
    }

    #[test]
    fn what_is_no_whole_list_is_none() {
        for page in [&b""[..], b"<html></html>", b"<ListBucketResult><Contents><Key>a", b"no xml"] {
            assert_eq!(super::page(page), None, "{}", String::from_utf8_lossy(page));
        }
    }

    #[test]
    fn a_code_is_letters() {
        assert_eq!(error_code(b"<Error><Code>SlowDown</Code></Error>"), "SlowDown");
        assert_eq!(error_code(b"<Error><Code>AKID EXAMPLE</Code></Error>"), "");
    }
}
