//! The query parameters of `GET /loader`.

use crate::api::error::ApiError;
use crate::words::parse_flag;

/// The most ids in one list (documented).
const MOST_IDS: u64 = 100;

/// The query of a client about one load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusQuery {
    /// Add the feeds that failed.
    pub details: bool,
    /// Add a page of error-log entries.
    pub errors: bool,
    /// Which page, from 1. Counts only together with `errors`.
    pub page: u64,
    /// Entries a page, from 1. Counts only together with `errors`.
    pub errors_per_page: u64,
}

impl Default for StatusQuery {
    /// Neptune's defaults (documented): no details, no errors, page 1 of 10 entries.
    fn default() -> Self {
        Self { details: false, errors: false, page: 1, errors_per_page: 10 }
    }
}

impl StatusQuery {
    /// Every key that is documented.
    pub const KEYS: [&str; 5] = ["loadId", "details", "errors", "page", "errorsPerPage"];

    /// Reads decoded query pairs. Other keys are ignored, and so are `page` and `errorsPerPage` unless `errors` is on:
    /// graph-notebook always sends them.
    ///
    /// # Errors
    /// `InvalidParameterException` for a flag that is neither true nor false, or a page number below 1 (inferred).
    pub fn from_pairs(pairs: &[(String, String)]) -> Result<Self, ApiError> {
        let mut query = Self::default();
        for (key, value) in pairs {
            match key.as_str() {
                "details" => query.details = flag(key, value)?,
                "errors" => query.errors = flag(key, value)?,
                _ => {}
            }
        }
        if query.errors {
            for (key, value) in pairs {
                match key.as_str() {
                    "page" => query.page = number(key, value, u64::MAX)?,
                    "errorsPerPage" => query.errors_per_page = number(key, value, u64::MAX)?,
                    _ => {}
                }
            }
        }
        Ok(query)
    }
}

/// Which loads a client wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// At most this many ids, 1 to 100.
    pub limit: usize,
    /// Whether waiting loads are listed.
    pub include_queued_loads: bool,
}

impl Default for ListQuery {
    /// Neptune's defaults (documented): 100 ids, waiting loads included.
    fn default() -> Self {
        Self { limit: 100, include_queued_loads: true }
    }
}

impl ListQuery {
    /// Every key that is documented.
    pub const KEYS: [&str; 2] = ["limit", "includeQueuedLoads"];

    /// Reads decoded query pairs. Other keys are ignored: public scripts send `errors` and `details` here too.
    ///
    /// # Errors
    /// `InvalidParameterException` for a flag that is neither true nor false, or a limit outside 1 to 100 (inferred).
    pub fn from_pairs(pairs: &[(String, String)]) -> Result<Self, ApiError> {
        let mut query = Self::default();
        for (key, value) in pairs {
            match key.as_str() {
                "limit" => query.limit = limit(key, value)?,
                "includeQueuedLoads" => query.include_queued_loads = flag(key, value)?,
                _ => {}
            }
        }
        Ok(query)
    }
}

fn limit(key: &str, value: &str) -> Result<usize, ApiError> {
    number(key, value, MOST_IDS).map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

fn flag(key: &str, value: &str) -> Result<bool, ApiError> {
    parse_flag(value).ok_or_else(|| ApiError::invalid_parameter(key, value))
}

/// A whole number from 1 to `most`.
fn number(key: &str, value: &str, most: u64) -> Result<u64, ApiError> {
    let number = value.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| ApiError::invalid_parameter(key, value))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
        query.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[rstest]
    #[case::curl("TRUE")]
    #[case::boto3("true")]
    #[case::graph_notebook("True")]
    fn flags_come_in_many_spellings(#[case] spelling: &str) {
        let query = StatusQuery::from_pairs(&pairs(&[("details", spelling), ("errors", spelling)])).unwrap();
        assert!(query.details && query.errors);
    }

    #[test]
    fn page_numbers_are_ignored_while_errors_are_off() {
        let query = StatusQuery::from_pairs(&pairs(&[("errors", "False"), ("page", "0"), ("errorsPerPage", "x")])).unwrap();
        assert_eq!(query, StatusQuery::default());
    }

    #[test]
    fn page_numbers_count_wherever_the_errors_flag_stands() {
        let query = StatusQuery::from_pairs(&pairs(&[("page", "2"), ("errorsPerPage", "3"), ("errors", "true")])).unwrap();
        assert_eq!((query.page, query.errors_per_page), (2, 3));
    }

    #[rstest]
    #[case::page_zero(&[("errors", "true"), ("page", "0")], "Invalid value for parameter 'page': 0")]
    #[case::odd_flag(&[("details", "yes")], "Invalid value for parameter 'details': yes")]
    fn odd_status_parameters_are_refused(#[case] query: &[(&str, &str)], #[case] message: &str) {
        assert_eq!(StatusQuery::from_pairs(&pairs(query)).unwrap_err().message, message);
    }

    #[rstest]
    #[case::least("1", 1)]
    #[case::most("100", 100)]
    fn a_limit_is_taken(#[case] limit: &str, #[case] expected: usize) {
        let query =
            ListQuery::from_pairs(&pairs(&[("limit", limit), ("includeQueuedLoads", "FALSE"), ("errors", "x")])).unwrap();
        assert_eq!(query, ListQuery { limit: expected, include_queued_loads: false });
    }

    #[rstest]
    #[case::zero("0")]
    #[case::beyond_the_maximum("101")]
    #[case::no_number("many")]
    fn odd_limits_are_refused(#[case] limit: &str) {
        assert!(ListQuery::from_pairs(&pairs(&[("limit", limit)])).is_err());
    }
}
