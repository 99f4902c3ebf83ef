//! What S3 answers to a list, and its errors.

use neptune_s3::{Answer, Listed, read_answer};

/// A page of a list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// The last part of each key.
    pub(super) names: Vec<String>,
    /// Whether it says that more follow. Pages may be shorter than they have to be (documented).
    pub(super) is_truncated: bool,
}

/// Reads a page. `None` if it is no list, or not a whole one.
pub(super) fn page(xml: &[u8]) -> Option<Page> {
    let Some(Answer::Page(page)) = read_answer(xml) else { return None };
    let name = |object: Listed| object.key.rsplit('/').next().unwrap_or_default().to_owned();
    Some(Page { names: page.objects.into_iter().map(name).collect(), is_truncated: page.is_truncated })
}

/// The code of an error: letters, or nothing.
pub(super) fn error_code(xml: &[u8]) -> String {
    let is_code = |code: &String| code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match read_answer(xml) {
        Some(Answer::Error(code)) if is_code(&code) => code,
        _ => String::new(),
    }
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
