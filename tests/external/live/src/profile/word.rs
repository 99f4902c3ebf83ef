//! Words in the name of a resource that mean that people depend on it.

/// What no name may have as a word of its own.
const FORBIDDEN: [&str; 3] = ["prod", "production", "live"];

/// The word of a name that says so, if there is one.
///
/// Words are separated by anything that is not a letter, and by capitals: `prod-2` and `ProdGraph` are meant, `products` and `olive` are not.
pub(crate) fn forbidden_word(name: &str) -> Option<&'static str> {
    let words = words(name);
    FORBIDDEN.into_iter().find(|word| words.iter().any(|other| other == word))
}

fn words(name: &str) -> Vec<String> {
    let mut apart = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && apart.ends_with(|before: char| before.is_ascii_lowercase()) {
            apart.push(' ');
        }
        apart.push(letter);
    }
    apart.split(|letter: char| !letter.is_ascii_alphabetic()).map(str::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::alone("prod", Some("prod"))]
    #[case::first("prod-graph", Some("prod"))]
    #[case::last("graph-production", Some("production"))]
    #[case::between("team/live/loads", Some("live"))]
    #[case::numbered("prod2", Some("prod"))]
    #[case::capitals("GRAPH_PROD", Some("prod"))]
    #[case::camel_case("graphLiveData", Some("live"))]
    #[case::acronym("LIVE", Some("live"))]
    #[case::products("products", None)]
    #[case::olive("olive-delivery", None)]
    #[case::sandbox("graph-sandbox-2", None)]
    #[case::empty("", None)]
    fn a_word_counts_if_it_stands_alone(#[case] name: &str, #[case] word: Option<&str>) {
        assert_eq!(forbidden_word(name), word);
    }
}
