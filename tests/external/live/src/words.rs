//! Numbers with their nouns.

use std::fmt::Display;

/// `1 load`, `0 loads`, `2 loads`.
pub(crate) fn count<N: Copy + Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let ending = if number == N::from(1) { "" } else { "s" };
    format!("{number} {noun}{ending}")
}
