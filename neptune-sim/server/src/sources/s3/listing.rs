//! Pages of a list, put together to a whole one, or refused with what the server does otherwise than S3.

use neptune_s3::{Listed, PAGE, Page};

use super::super::bucket::{self, Object};

/// How many pages without an object may come one behind the other.
const EMPTY_PAGES: usize = 100;

/// What was listed so far.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) objects: Vec<Object>,
    /// The largest key.
    last: Option<String>,
    token: Option<String>,
    empty_pages: usize,
}

/// What is to be asked for next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing: the list is whole.
    Nothing,
    /// The page of this token.
    Token(String),
    /// What is behind this key. There is nothing, if the list is whole.
    Behind(String),
}

impl Listing {
    /// Adds a page. Keys come in the order of their bytes (documented), so one that does not follow the last page shows that the pages do not fit
    /// together.
    ///
    /// # Errors
    /// Why the list may not be whole.
    pub(super) fn add(&mut self, page: &Page) -> Result<Next, &'static str> {
        self.check_order(page)?;
        for listed in &page.objects {
            bucket::add(&mut self.objects, object(listed)).map_err(|_| "it has more objects than a source may have")?;
        }
        self.last = page.objects.iter().map(|listed| &listed.key).max().cloned().or_else(|| self.last.take());
        self.empty_pages = if page.objects.is_empty() { self.empty_pages + 1 } else { 0 };
        match (page.is_truncated, &page.token) {
            (true, None) => Err("it says that more follows, and gives no token to ask for it"),
            (true, token) if *token == self.token => Err("it gives the same token again, so its list has no end"),
            (true, Some(_)) if self.empty_pages == EMPTY_PAGES => {
                Err("it has sent 100 pages without an object, and says that more follows")
            }
            (true, Some(token)) => {
                self.token = Some(token.clone());
                Ok(Next::Token(token.clone()))
            }
            // A full page that claims to be the last one: is it?
            (false, _) if page.objects.len() >= PAGE => Ok(Next::Behind(self.last.clone().unwrap_or_default())),
            (false, _) => Ok(Next::Nothing),
        }
    }

    /// Whether an object does not stand behind all that were listed before.
    fn is_known(&self, listed: &Listed) -> bool {
        self.last.as_ref().is_some_and(|last| listed.key <= *last)
    }

    fn check_order(&self, page: &Page) -> Result<(), &'static str> {
        match (page.objects.first(), self.objects.first()) {
            (Some(again), Some(first)) if again.key == first.key => {
                Err("it ignores `continuation-token`, and sends its first page again")
            }
            _ if has_twice(page) => Err("it lists an object twice"),
            _ if page.objects.iter().any(|listed| self.is_known(listed)) => Err("its pages are not in the order of the keys"),
            _ => Ok(()),
        }
    }

    /// Looks at what the server has behind the last key of a list that it says is whole.
    ///
    /// # Errors
    /// Why the list may not be whole.
    pub(super) fn check_end(&self, behind: &Page) -> Result<(), &'static str> {
        match behind.objects.first() {
            None => Ok(()),
            Some(listed) if self.is_known(listed) => Err(
                "it ignores `start-after`, so nobody can see whether a full page is its last one: a source there has 999 objects at most",
            ),
            Some(_) => Err("it says that a full page is the last one, and it has more"),
        }
    }
}

fn has_twice(page: &Page) -> bool {
    let mut keys: Vec<&str> = page.objects.iter().map(|listed| listed.key.as_str()).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}

fn object(listed: &Listed) -> Object {
    let Listed { key, etag, size } = listed;
    Object { key: key.clone(), version: format!("{size} {etag}") }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn page(keys: std::ops::Range<usize>, token: Option<&str>) -> Page {
        let objects = keys.map(|n| Listed { key: format!("{n:04}"), ..Listed::default() }).collect();
        Page { objects, is_truncated: token.is_some(), token: token.map(str::to_owned) }
    }

    #[test]
    fn pages_in_order_are_a_list() {
        let mut listing = Listing::default();
        assert_eq!(listing.add(&page(0..1000, Some("a"))), Ok(Next::Token("a".to_owned())));
        assert_eq!(listing.add(&page(0..0, Some("b"))), Ok(Next::Token("b".to_owned())));
        assert_eq!(listing.add(&page(1000..2000, None)), Ok(Next::Behind("1999".to_owned())));
        assert_eq!((listing.check_end(&page(0..0, None)), listing.objects.len()), (Ok(()), 2000));
    }

    #[rstest]
    #[case::the_first_page_again(page(0..1000, Some("b")), "it ignores `continuation-token`, and sends its first page again")]
    #[case::a_part_of_it_again(page(999..1002, None), "its pages are not in the order of the keys")]
    #[case::the_same_token_again(page(1000..1002, Some("a")), "it gives the same token again, so its list has no end")]
    fn a_page_that_does_not_fit_is_refused(#[case] second: Page, #[case] expected: &str) {
        let mut listing = Listing::default();
        listing.add(&page(0..1000, Some("a"))).unwrap();
        assert_eq!(listing.add(&second), Err(expected));
    }

    #[test]
    fn an_object_that_is_listed_twice_is_refused() {
        let mut twice = page(0..3, None);
        twice.objects.extend(page(1..2, None).objects);
        assert_eq!(Listing::default().add(&twice), Err("it lists an object twice"));
    }

    #[test]
    fn a_list_of_empty_pages_has_an_end() {
        let mut listing = Listing::default();
        let flaw = (0..200).find_map(|n| listing.add(&page(0..0, Some(&n.to_string()))).err());
        assert_eq!(flaw, Some("it has sent 100 pages without an object, and says that more follows"));
    }

    #[rstest]
    #[case::begins_again(page(0..1000, None), "it ignores `start-after`, so nobody can see")]
    #[case::goes_on(page(1000..1001, None), "it says that a full page is the last one, and it has more")]
    fn a_full_page_is_the_last_one_only_if_nothing_is_behind_it(#[case] behind: Page, #[case] expected: &str) {
        let mut listing = Listing::default();
        listing.add(&page(0..1000, None)).unwrap();
        assert!(listing.check_end(&behind).unwrap_err().starts_with(expected));
    }
}
