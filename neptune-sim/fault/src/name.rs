//! Names of faults: given by the user, or taken from what they do or from the ready-made fault.

use std::fmt;

use crate::effect::Effect;
use crate::fault::{FAULT_LIMIT, Fault};
use crate::ready::{ReadyFault, ready_faults};

/// How long a name may be.
pub(crate) const NAME_BYTES: usize = 128;

/// The separator between the name of a sequence and that of its part. No name that a user chooses contains it.
const SEPARATOR: char = '/';

/// The name of a fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Name {
    /// The name that a user chose, or that of what it does or is. All parts of a sequence share it, and no other fault has it.
    pub(crate) base: String,
    /// Which part of a sequence it is.
    pub(crate) part: Option<String>,
}

impl fmt::Display for Name {
    /// `reset`, or `failover/reset` for a part.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Some(part) => write!(f, "{}{SEPARATOR}{part}", self.base),
            None => f.write_str(&self.base),
        }
    }
}

/// Whether a user may choose a name: it is safe in URLs, in logs and on terminals, and is not the name of a part.
pub(crate) fn is_name(name: &str) -> bool {
    let has_bad = |c: char| c.is_control() || c == SEPARATOR;
    (1..=NAME_BYTES).contains(&name.len()) && !name.chars().any(has_bad) && name.chars().any(|c| c != '.')
}

/// The name of an effect in a file.
pub(crate) fn word(does: &Effect) -> String {
    let written = serde_json::to_value(does).unwrap_or_default();
    let key = written.as_object().and_then(|object| object.keys().next().cloned());
    key.or_else(|| written.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The name of a part of a ready-made fault: `failover/reset`, or `blip-500` if it is the only one.
pub(crate) fn part_name(ready: &str, part: &Fault) -> Name {
    Name { base: ready.to_owned(), part: part.name.clone() }
}

/// The name of a fault as a user could choose it: that of a part without its separator.
pub(crate) fn one_name(name: &str) -> String {
    name.replace(SEPARATOR, " ")
}

/// A name for one more fault: `reset`, then `reset 2`. It is free as long as there are fewer faults than there may be.
pub(crate) fn free_name(name: String, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..=FAULT_LIMIT).map(|number| format!("{name} {number}"));
    let free = std::iter::once(name.clone()).chain(numbered).find(|name| !is_taken(name));
    free.unwrap_or(name)
}

/// Whether the name of a fault that does this is one that the simulator gave, so that it holds nothing private.
pub fn is_given_name(name: &str, does: &Effect) -> bool {
    let is_number = |number: &str| number.parse().is_ok_and(|number| (2..=FAULT_LIMIT).contains(&number));
    let (base, part) = name.split_once(SEPARATOR).map_or((name, None), |(base, part)| (base, Some(part)));
    let plain = base.rsplit_once(' ').filter(|(_, number)| is_number(number)).map_or(base, |(plain, _)| plain);
    let plain = Name { base: plain.to_owned(), part: part.map(str::to_owned) };
    let has_part = |ready: &ReadyFault| ready.faults.iter().any(|part| part_name(&ready.name, part) == plain);
    (plain.part.is_none() && plain.base == word(does)) || ready_faults().iter().any(has_part)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::what_it_does("hang_up", true)]
    #[case::one_more_of_them("hang_up 2", true)]
    #[case::the_last_one("hang_up 256", true)]
    #[case::a_ready_made_one("hang-up", true)]
    #[case::one_that_ends_in_digits("throttle-429", true)]
    #[case::one_more_of_those("blip-500 12", true)]
    #[case::a_part("failover/reset", true)]
    #[case::one_more_of_it("failover 2/reset", true)]
    #[case::a_part_with_a_number("failover/reset 2", false)]
    #[case::a_part_of_what_it_does("hang_up/reset", false)]
    #[case::what_others_do("gateway", false)]
    #[case::of_a_user("hang_up for jane", false)]
    #[case::a_number_that_is_none_of_ours("hang_up 4915112345678", false)]
    #[case::too_low("hang_up 1", false)]
    #[case::digits_without_a_space("hang_up2", false)]
    #[case::a_part_of_a_users("jane/reset", false)]
    #[case::no_such_part("failover/jane", false)]
    #[case::a_sequence_has_parts_only("failover", false)]
    #[case::a_number_alone("2", false)]
    fn names_that_no_user_chose_are_known(#[case] name: &str, #[case] is_given: bool) {
        assert_eq!(is_given_name(name, &Effect::HangUp), is_given);
    }

    #[test]
    fn a_taken_name_gets_the_next_number() {
        let taken = ["gateway", "gateway 2"];
        assert_eq!(free_name("gateway".into(), |name| taken.contains(&name)), "gateway 3");
        assert_eq!(free_name("reset".into(), |name| taken.contains(&name)), "reset");
    }
}
