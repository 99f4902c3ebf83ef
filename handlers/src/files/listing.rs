//! What S3 answers to a list, and its errors.

use quick_xml::Reader;
use quick_xml::events::Event;

/// How many keys a page has (documented).
pub(super) const PAGE: usize = 1000;
/// The element that a list is.
const LIST: &[u8] = b"ListBucketResult";

/// The last part of each key on a page: names that these functions give have no character that XML would escape. `None` if it is no list, or
/// not a whole one.
pub(super) fn names(xml: &[u8]) -> Option<Vec<String>> {
    let mut reader = Reader::from_reader(xml);
    let (mut names, mut path, mut is_list) = (Vec::new(), Vec::new(), false);
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
                    names.push(String::new());
                }
            }
            Event::Text(text) if is_key(&path) => {
                // The rest of a key that has an escape comes as another text.
                let text = text.decode().ok()?;
                let name = names.last_mut()?;
                match text.rsplit_once('/') {
                    Some((_, last)) => last.clone_into(name),
                    None => name.push_str(&text),
                }
            }
            Event::End(_) => drop(path.pop()),
            Event::DocType(_) => return None,
            Event::Eof => return (path.is_empty() && is_list).then_some(names),
            _ => {}
        }
    }
}

fn is_key(path: &[Vec<u8>]) -> bool {
    path.iter().map(Vec::as_slice).eq([LIST, b"Contents", b"Key"])
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
        assert_eq!(names(page).unwrap(), ["v-1", "v-2"]);
        assert_eq!(names(b"<ListBucketResult/>").unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_no_whole_list_is_none() {
        for page in [&b""[..], b"<html></html>", b"<ListBucketResult><Contents><Key>a", b"no xml"] {
            assert_eq!(names(page), None, "{}", String::from_utf8_lossy(page));
        }
    }

    #[test]
    fn a_code_is_letters() {
        assert_eq!(error_code(b"<Error><Code>SlowDown</Code></Error>"), "SlowDown");
        assert_eq!(error_code(b"<Error><Code>AKID EXAMPLE</Code></Error>"), "");
    }
}
