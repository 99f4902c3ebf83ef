//! The name that was probably meant: "did you mean …?"

/// The known name that the given one was probably meant to be. `None` if no known name is within a quarter of its characters (at least one)
/// of changes, insertions, deletions and swaps.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let measured = |candidate: &'a str| (strsim::damerau_levenshtein(name, candidate), candidate.chars().count(), candidate);
    within_a_quarter(known.into_iter().map(measured))
}

/// The known name that differs only in its case, or else that of [`nearest`].
pub fn nearest_in_any_case<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    known.iter().copied().find(|known| known.eq_ignore_ascii_case(name)).or_else(|| nearest(name, known))
}

/// The known name whose beginning was probably meant: `LOAD_CANCELED` is near that of `LOAD_CANCELLED_BY_USER`. `None` as for [`nearest`].
pub fn nearest_beginning<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let beginning = |candidate: &str| candidate.chars().take(length).collect::<String>();
    let measured = |candidate: &'a str| (strsim::damerau_levenshtein(name, &beginning(candidate)), length, candidate);
    within_a_quarter(known.into_iter().map(measured))
}

/// Of candidates, each with its distance and the length that counts, the nearest one that is near enough.
fn within_a_quarter<'a>(measured: impl Iterator<Item = (usize, usize, &'a str)>) -> Option<&'a str> {
    let near = measured.filter(|(distance, length, _)| *distance <= (length / 4).max(1));
    near.min_by_key(|(distance, ..)| *distance).map(|(.., candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_long_name_is_recognised() {
        let known = ["LOAD_COMPLETED", "LOAD_CANCELLED_BY_USER", "LOAD_FAILED"];
        assert_eq!(nearest_beginning("LOAD_CANCELED", known), Some("LOAD_CANCELLED_BY_USER"));
        assert_eq!(nearest_beginning("LOAD_CANCELLED", known), Some("LOAD_CANCELLED_BY_USER"));
        assert_eq!(nearest_beginning("ROLLED_BACK", known), None);
    }

    #[test]
    fn a_name_in_another_case_is_recognised_before_a_nearer_one() {
        let known = ["states", "STARTAT", "StartAs"];
        assert_eq!(nearest_in_any_case("startat", known), Some("STARTAT"));
        assert_eq!(nearest_in_any_case("StartAr", known), nearest("StartAr", known));
        assert_eq!(nearest("startat", known), None);
    }

    #[test]
    fn a_slip_of_the_keyboard_is_recognised_and_a_stranger_is_not() {
        let known = ["lifecycle", "source", "records"];
        assert_eq!(nearest("lifecylce", known), Some("lifecycle"));
        assert_eq!(nearest("recods", known), Some("records"));
        assert_eq!(nearest("weather", known), None);
    }
}
