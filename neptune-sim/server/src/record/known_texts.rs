//! The texts of errors that a recording keeps: those that Neptune or AWS writes, as far as they are the same each time.

use std::sync::LazyLock;

use neptune_loader::{ApiError, StartFailure};
use regex::{Captures, Regex};

/// The placeholder of a value within a text.
const HOLE: &str = "{}";

/// The texts of signatures and permissions, of load errors, of ready-made faults, and other documented wordings of the loader's own texts. All
/// were documented or observed.
const OTHERS: [&str; 19] = [
    "Couldn't find the AWS credential for iam_role_arn",
    "Max concurrent load limit breached",
    "Missing Authentication Token",
    "The security token included in the request is invalid.",
    "The security token included in the request is expired",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing \
     method. Consult the service documentation for details.",
    "Credential should be scoped to a valid region, not '{}'.",
    "Credential should be scoped to correct service: 'neptune-db'.",
    "'{}' is named as a SignedHeader, but it does not exist in the HTTP request.",
    "Signature expired: {} is now earlier than {} ({} - 5 min.)",
    "Signature not yet current: {} is still later than {} ({} + 5 min.)",
    "User: {} is not authorized to perform: {} on resource: {}",
    "Record has more columns than header",
    "Either from vertex, '{}', or to vertex, '{}', is not present.",
    "The vertex '{}' has an existing value for property '{}'",
    "Too many requests",
    "Rate exceeded",
    "Operation terminated (out of memory)",
    "Operation terminated (deadline exceeded)",
];

/// The texts as patterns, with a group for each value.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let others = OTHERS.into_iter().map(str::to_owned);
    of_starts().chain(of_requests()).chain(others).map(|text| pattern(&text)).collect()
});

/// The loader's texts about starts that fail.
fn of_starts() -> impl Iterator<Item = String> {
    let failures = StartFailure::ALL.iter().map(|failure| failure.error(HOLE, HOLE));
    let others = [ApiError::max_concurrent_loads(HOLE), ApiError::queue_full(HOLE, 0), ApiError::start_on_reader()];
    // The limit is a number, so it becomes a hole only now.
    failures.chain(others).map(|error| error.message.replace("Limit is 0", "Limit is {}"))
}

/// The loader's texts about requests that it refuses.
fn of_requests() -> impl Iterator<Item = String> {
    let errors = [
        ApiError::foreign_host(),
        ApiError::load_not_found(&HOLE.into()),
        ApiError::missing_parameters(&[HOLE]),
        ApiError::invalid_parameter(HOLE, HOLE),
        ApiError::malformed_body(HOLE),
        ApiError::unsupported_content_type(HOLE),
        ApiError::cancel_on_reader(),
        ApiError::method_not_allowed(HOLE, HOLE),
    ];
    errors.into_iter().map(|error| error.message)
}

fn pattern(text: &str) -> Regex {
    let literals: Vec<String> = text.split(HOLE).map(regex::escape).collect();
    Regex::new(&format!("(?s)^{}$", literals.join("(.+?)"))).expect("a text is a well formed pattern")
}

/// A known text with each of its values replaced; `None` if the text is not known.
pub(super) fn with_values(text: &str, mut replaced: impl FnMut(&str) -> String) -> Option<String> {
    let found = PATTERNS.iter().find_map(|pattern| pattern.captures(text))?;
    let (mut shown, mut done) = (String::with_capacity(text.len()), 0);
    for value in values(&found) {
        shown += &text[done..value.start()];
        shown += &replaced(value.as_str());
        done = value.end();
    }
    Some(shown + &text[done..])
}

fn values<'a>(found: &'a Captures<'a>) -> impl Iterator<Item = regex::Match<'a>> {
    found.iter().skip(1).flatten()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::an_unknown_load(
        "The load with id = x y does not exist or not active",
        "The load with id = <x y> does not exist or not active"
    )]
    #[case::without_a_value("Missing Authentication Token", "Missing Authentication Token")]
    #[case::two_values("Invalid value for parameter 'mode': FRESH", "Invalid value for parameter '<mode>': <FRESH>")]
    #[case::the_queue(
        "Failed to start new load for the source \"s3://b/\". Max load task queue size limit breached. Limit is 64",
        "Failed to start new load for the source <\"s3://b/\">. Max load task queue size limit breached. Limit is <64>"
    )]
    #[case::a_start(
        "Unable to connect to S3 endpoint. Provided source = s3://b/ and region = us-east-1",
        "Unable to connect to S3 endpoint. Provided source = <s3://b/> and region = <us-east-1>"
    )]
    fn a_known_text_keeps_its_words_and_shows_its_values(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(with_values(text, |value| format!("<{value}>")).as_deref(), Some(shown));
    }

    #[rstest]
    #[case::more_behind_it("Missing Authentication Token of Jane")]
    #[case::more_before_it("Jane: Rate exceeded")]
    #[case::another_text("Jane Doe does not exist or not active")]
    #[case::empty("")]
    fn any_other_text_is_not_known(#[case] text: &str) {
        assert_eq!(with_values(text, str::to_owned), None);
    }
}
