//! Numbers with their nouns.

/// `1 load`, `0 loads`, `2 loads`.
pub fn count(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::none(0, "0 loads")]
    #[case::one(1, "1 load")]
    #[case::two(2, "2 loads")]
    fn a_noun_fits_its_number(#[case] number: u64, #[case] text: &str) {
        assert_eq!(count(number, "load"), text);
    }
}
