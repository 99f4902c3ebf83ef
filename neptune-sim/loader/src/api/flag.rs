//! Words with few meanings: flags, in all the spellings that clients use, and words of a fixed list.

use serde::de::Error;
use serde_json::Value;

/// Reads a query flag: `TRUE` (curl, awswrangler), `true` (boto3), `True` (graph-notebook) and the like. Any case is taken.
pub(crate) fn parse_flag(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Reads a flag of a JSON body: a JSON boolean (the SDKs) or any spelling that [`parse_flag`] takes (hand-written bodies).
pub(crate) fn parse_json_flag(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str().and_then(parse_flag))
}

/// What to say about a word that is not among those there are.
pub(crate) fn unknown_word<E: Error>(word: &str, known: impl Iterator<Item = &'static str>) -> E {
    E::custom(format!("`{word}` is none of {}", known.collect::<Vec<_>>().join(", ")))
}
