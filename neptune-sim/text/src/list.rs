//! Names one after the other, as people write them.

/// `a`, `a and b`, `a, b and c`; nothing of none.
pub fn list(mut names: Vec<String>) -> String {
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_name_stands_behind_an_and() {
        let listed = |names: &[&str]| list(names.iter().map(ToString::to_string).collect());
        assert_eq!(
            [listed(&[]), listed(&["a"]), listed(&["a", "b"]), listed(&["a", "b", "c"])],
            ["", "a", "a and b", "a, b and c"]
        );
    }
}
