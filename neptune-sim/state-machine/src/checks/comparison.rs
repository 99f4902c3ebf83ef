//! The comparisons of a Choice in JSONPath.

use std::sync::LazyLock;

/// What a comparison compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Text,
    Number,
    Truth,
    Timestamp,
}

const ORDERS: [&str; 5] = ["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"];

/// Every comparison, with what it compares with. Those with `Path` at the end have a path in its place.
static COMPARISONS: LazyLock<Vec<(String, Operand)>> = LazyLock::new(|| {
    let kinds = [("String", Operand::Text), ("Numeric", Operand::Number), ("Timestamp", Operand::Timestamp)];
    let ordered = kinds.into_iter().flat_map(|(kind, operand)| ORDERS.map(|order| (format!("{kind}{order}"), operand)));
    let types = ["Null", "Present", "Numeric", "String", "Boolean", "Timestamp"];
    let others = [("StringMatches".to_owned(), Operand::Text), ("BooleanEquals".to_owned(), Operand::Truth)];
    ordered.chain(others).chain(types.map(|of| (format!("Is{of}"), Operand::Truth))).collect()
});

/// The names of all comparisons with a value.
pub(super) fn comparisons() -> impl Iterator<Item = &'static str> {
    COMPARISONS.iter().map(|(name, _)| name.as_str())
}

/// What the field of a rule compares with, if it is a comparison with a value.
pub(super) fn operand(field: &str) -> Option<Operand> {
    COMPARISONS.iter().find_map(|(comparison, operand)| (comparison == field).then_some(*operand))
}

pub(super) fn is_comparison(field: &str) -> bool {
    let by_path = field.strip_suffix("Path").filter(|field| !field.starts_with("Is") && *field != "StringMatches");
    operand(field).is_some() || by_path.is_some_and(|field| operand(field).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_known() {
        assert_eq!(operand("NumericGreaterThanEquals"), Some(Operand::Number));
        assert!(is_comparison("StringEqualsPath") && is_comparison("IsPresent"));
        assert!(!is_comparison("StringMatchesPath") && !is_comparison("IsPresentPath") && !is_comparison("Next"));
        assert_eq!(comparisons().count(), 23);
    }
}
