//! The numbers by which people name tests: `F2` is the one whose name has `F02` in it.

/// What to look for in names: the text itself, but for the number of a failure, which stands there with two digits. So `F2` is `F02` and not
/// all of the twenties, and `F2b` is `F02b`.
pub fn numbered(text: &str) -> String {
    let digits = text.strip_prefix('F').map(|rest| rest.trim_end_matches(|c: char| c.is_ascii_lowercase()));
    match digits.and_then(|digits| digits.parse::<u32>().ok()) {
        Some(number) => {
            format!("F{number:02}{}", text.trim_start_matches('F').trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_failure_is_written_as_in_its_name() {
        let forms = ["F2", "F02", "F13b", "F2b", "F20", "Fx", "cancelled", "F"];
        assert_eq!(forms.map(numbered), ["F02", "F02", "F13b", "F02b", "F20", "Fx", "cancelled", "F"]);
    }
}
