//! Decides whether an error text says that a load does not exist. Neptune uses the same codes for bad parameters, so only the text
//! distinguishes the two. The text must be about the load's id, and not about a part of the load.

use neptune_wire::LoadId;

/// Replaces the name of the load in a text that is split into words.
const LOAD: &str = "@";
/// How a text may name the load, the longest first. `#` stands for its id.
const NAMES: [&str; 9] =
    ["load with id #", "load with id", "load id #", "load id", "loadid #", "loadid", "load_id #", "load_id", "load #"];
/// Words that say that the load does not exist, if they stand before its name.
const BEFORE: [&str; 8] =
    ["no", "no such", "unknown", "invalid", "invalid value for parameter", "invalid value for", "not find", "t find"];
/// Words that say the same if they stand after its name.
const BEHIND: [&str; 12] = [
    "does not exist",
    "do not exist",
    "doesn t exist",
    "not found",
    "is not found",
    "was not found",
    "could not be found",
    "cannot be found",
    "is unknown",
    "is invalid",
    "is not valid",
    "is not active",
];
/// After these words the load is not the subject of the text, but owns the subject: `status of load …`.
const OWNERS: [&str; 5] = ["of", "for", "in", "from", "by"];

/// Whether this text says that there is no such load. Without an id, none was asked for.
pub(crate) fn denies_the_load(text: &str, id: Option<&LoadId>) -> bool {
    let Some(id) = id else { return false };
    // The only documented text. It may repeat the id in any form.
    if text.split_once("The load with id = ").is_some_and(|(_, rest)| rest.contains(" does not exist")) {
        return true;
    }
    let mut words = words(&text.to_lowercase(), &id.as_str().to_lowercase());
    for name in NAMES {
        words = words.replace(&format!(" {name} "), &format!(" {LOAD} "));
    }
    words.match_indices(&format!(" {LOAD} ")).any(|(place, found)| {
        let (before, behind) = (&words[..place], &words[place + found.len()..]);
        let is_subject = !OWNERS.iter().any(|word| before.ends_with(&format!(" {word}")));
        let is_denied_behind = || BEHIND.iter().any(|denial| behind.starts_with(&format!("{denial} ")));
        BEFORE.iter().any(|denial| before.ends_with(&format!(" {denial}"))) || (is_subject && is_denied_behind())
    })
}

/// The words with one blank around each, and `#` for the id.
fn words(text: &str, id: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = (!id.is_empty()).then(|| rest.find(id)).flatten() {
        let behind = &rest[place + id.len()..];
        let is_whole = !rest[..place].ends_with(is_of_a_word) && !behind.starts_with(is_of_a_word);
        marked.push_str(&rest[..place]);
        marked.push_str(if is_whole { " # " } else { id });
        rest = behind;
    }
    marked.push_str(rest);
    let words = marked.split(|c: char| !is_of_a_word(c) && c != '#').filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |all, word| all + word + " ")
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::documented("The load with id = a-load does not exist or not active")]
    #[case::short("Load id a-load not found")]
    #[case::like_queries("Supplied loadId a-load is invalid")]
    #[case::like_parameters("Invalid value for parameter 'loadId': a-load")]
    #[case::no_such("There is no such load: a-load")]
    #[case::found("Couldn't find load a-load.")]
    #[case::quoted("LoadId 'a-load' does not exist")]
    fn a_text_about_the_id_denies_the_load(#[case] text: &str) {
        assert!(denies_the_load(text, Some(&"a-load".into())));
        assert!(!denies_the_load(text, None));
    }

    #[rstest]
    #[case::another_parameter("Invalid value for parameter 'errorsPerPage': 100 for load id a-load")]
    #[case::an_unknown_parameter("Unknown parameter 'details' for load id a-load")]
    #[case::its_source("S3 source of load id a-load not found")]
    #[case::its_status("Status of load id a-load is unknown at the moment; try again")]
    #[case::its_errors("Error logs for load a-load could not be found")]
    #[case::recovery("The load with id = a-load cannot be read while the engine recovers")]
    #[case::a_start("Failed to start new load for the source s3://b/a-load. There is no load to resume")]
    #[case::a_page("Invalid value for parameter 'page': a-load")]
    #[case::nothing("")]
    fn a_text_about_anything_else_does_not(#[case] text: &str) {
        assert!(!denies_the_load(text, Some(&"a-load".into())));
    }

    #[rstest]
    #[case::empty("")]
    #[case::a_word("load")]
    #[case::a_letter("x")]
    #[case::signs("a/b#c@d")]
    #[case::not_ascii("\u{df}\u{1e9e}")]
    #[case::another_than_was_asked_for("another")]
    fn the_documented_text_denies_any_load(#[case] id: &str) {
        let text = format!("The load with id = {id} does not exist or not active");
        assert!(denies_the_load(&text, Some(&if id == "another" { "a-load" } else { id }.into())));
    }
}
