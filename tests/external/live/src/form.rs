//! A scenario as it runs on a live cluster, and which scenarios a run includes.

use std::time::Duration;

use serde::Serialize;

use crate::{Dataset, estimate};

/// A scenario in the form in which it runs on a live cluster, with what that takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveForm {
    /// The scenario's name.
    pub scenario: String,
    /// How it runs.
    pub form: Form,
    /// Loads that are started, one after the other.
    pub loads: u32,
    /// Objects that are put into the bucket: one for each load.
    pub objects: u32,
    /// Their size in all.
    pub bytes: u64,
    /// How long it takes, about. An estimate: it was not measured yet.
    pub takes: Duration,
    /// How long it is waited for. Whatever has not come by then is inconclusive.
    pub deadline: Duration,
}

impl LiveForm {
    /// A scenario that starts these loads: of which dataset, and how many bytes that is in its one file.
    pub fn new(scenario: impl Into<String>, form: Form, loads: &[(Dataset, u64)]) -> Self {
        let takes = estimate::takes(loads.iter().map(|(dataset, _)| *dataset));
        let count = u32::try_from(loads.len()).unwrap_or(u32::MAX);
        Self {
            scenario: scenario.into(),
            form,
            loads: count,
            objects: count,
            bytes: loads.iter().map(|(_, bytes)| bytes).sum(),
            takes,
            deadline: estimate::deadline(takes),
        }
    }

    /// The smallest tier that has it.
    pub fn tier(&self) -> Tier {
        match self.form {
            Form::Proxied => Tier::Faults,
            Form::AsItIs | Form::Induced if self.loads > 0 => Tier::Standard,
            Form::AsItIs | Form::Induced => Tier::Probe,
        }
    }

    /// Puts scenarios into the order in which they run: tier by tier, and as they stand within one. Then a run that has no time left
    /// has seen what costs least.
    pub fn sort(forms: &mut [Self]) {
        forms.sort_by_key(Self::tier);
    }
}

/// How a scenario runs on a live cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// As it is.
    AsItIs,
    /// With data that brings the state about.
    Induced,
    /// Through the fault proxy, so that the cluster notices nothing.
    Proxied,
}

impl Form {
    /// The form in plans and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AsItIs => "as it is",
            Self::Induced => "with induced data",
            Self::Proxied => "through the fault proxy",
        }
    }

    /// Whether the fault proxy stands between.
    pub fn is_proxied(self) -> bool {
        self == Self::Proxied
    }
}

/// How much a run includes. Each tier has all that the ones before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Scenarios that start no load.
    Probe,
    /// Those that start loads, too.
    Standard,
    /// Those that go through the fault proxy, too: all.
    Faults,
}

impl Tier {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Probe, Self::Standard, Self::Faults];

    /// The word after `--tier`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Standard => "standard",
            Self::Faults => "faults",
        }
    }

    /// The tier of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// Whether a run of this tier includes a scenario.
    pub fn includes(self, form: &LiveForm) -> bool {
        form.tier() <= self
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn form(form: Form, loads: &[(Dataset, u64)]) -> LiveForm {
        LiveForm::new("test_a", form, loads)
    }

    #[test]
    fn a_form_adds_up_its_loads() {
        let expected = LiveForm {
            scenario: "test_a".into(),
            form: Form::Induced,
            loads: 2,
            objects: 2,
            bytes: 3_000_500,
            takes: Duration::from_secs(58),
            deadline: Duration::from_secs(408),
        };
        assert_eq!(form(Form::Induced, &[(Dataset::Large, 3_000_000), (Dataset::Malformed, 500)]), expected);
    }

    #[rstest]
    #[case::no_load(form(Form::AsItIs, &[]), [true, true, true])]
    #[case::load(form(Form::AsItIs, &[(Dataset::Valid, 9)]), [false, true, true])]
    #[case::induced(form(Form::Induced, &[(Dataset::Large, 9)]), [false, true, true])]
    #[case::proxied(form(Form::Proxied, &[(Dataset::Valid, 9)]), [false, false, true])]
    #[case::proxied_without_load(form(Form::Proxied, &[]), [false, false, true])]
    fn each_tier_has_what_the_ones_before_it_have(#[case] form: LiveForm, #[case] included: [bool; 3]) {
        assert_eq!(Tier::ALL.map(|tier| tier.includes(&form)), included);
    }

    #[test]
    fn what_costs_least_is_played_first() {
        let named = |scenario: &str, form, loads: &[(Dataset, u64)]| LiveForm::new(scenario, form, loads);
        let load = [(Dataset::Valid, 9)];
        let mut forms = [
            named("faulty", Form::Proxied, &[]),
            named("loading", Form::AsItIs, &load),
            named("asking", Form::AsItIs, &[]),
            named("failing", Form::Induced, &load),
            named("asking again", Form::AsItIs, &[]),
        ];
        LiveForm::sort(&mut forms);
        let order = forms.iter().map(|form| form.scenario.as_str());
        assert_eq!(order.collect::<Vec<_>>(), ["asking", "asking again", "loading", "failing", "faulty"]);
    }

    #[test]
    fn a_tier_is_read_as_it_is_written() {
        assert_eq!(Tier::ALL.map(|tier| Tier::from_word(tier.as_str())), Tier::ALL.map(Some));
        assert_eq!(Tier::from_word("all"), None);
    }
}
