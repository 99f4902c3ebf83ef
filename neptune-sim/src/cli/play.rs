//! `neptune-sim play`: a scenario by its number, its name or its file.

use std::path::Path;

use clap::Args;
use neptune_harness::scenario_test::ScenarioTest;
use neptune_report::numbered;
use neptune_server::ClockKind;
use neptune_server::scenario::Scenario;
use neptune_text::nearest;

use super::cluster_options::ClusterOptions;
use super::exit::{EXIT_BAD_SCENARIO, EXIT_USAGE};
use super::named::{is_named, names, number};
use crate::builtin;

pub(crate) const PLAY_HELP: &str = "\
Examples:
  A load that is cancelled while your poller waits for it:
    neptune-sim play F22
  A planned test, at 60 times the speed of your clock:
    neptune-sim play check 12 --clock scaled:60
  Your own scenario, and every request with its answer on stderr:
    neptune-sim play -v my-scenario.yaml

Each step is shown with the cluster's time. At an `invoke` you run your own
function or poller against the address. The next step comes when the cluster
has answered the requests for the loads of the event, or when one of them is
asked for again; after a `poll`, when it has answered that each has ended. A
line on standard input, such as Enter, goes on in any case. Nothing is judged:
`neptune-sim test` does that.

A manual clock moves with the steps `wait` and `advance`, and in a `poll`
before each request for a load that was asked for already. With any other
clock, the steps wait for the time to pass.

`cleanup` is played after one more line, or at the end (Ctrl-C). Then it waits
for no time that passes by itself.

Exit codes:
  0    ended by SIGINT or SIGTERM
  1    a step could not be played
  2    the command line is wrong, or there is no such scenario
  102  cannot listen on the address
  103  the scenario is wrong
  104  a file for TLS is absent, wrong or cannot be written";

/// What is played, and where.
#[derive(Debug, Args)]
pub(crate) struct PlayArguments {
    /// A number, `check 6`, `get 3` or `F22b`; a name, or a part of one; or a scenario file
    #[arg(required_unless_present = "list", num_args = 1..=2, value_names = ["SCENARIO"])]
    scenario: Vec<String>,
    /// List the scenarios that the program carries, and play none
    #[arg(long)]
    pub(crate) list: bool,
    /// `manual`, `scaled:60` or `real` [default: manual]
    ///
    /// How time passes: when a step or `POST /_sim/clusters/<name>/clock` moves it, 60 times as fast as it does, or as it does.
    #[arg(long, value_name = "CLOCK", default_value_t = ClockKind::Manual, hide_default_value = true)]
    pub(crate) clock: ClockKind,
    #[command(flatten)]
    pub(crate) options: ClusterOptions,
}

impl PlayArguments {
    /// The scenarios that the program carries, a row each.
    pub(crate) fn names() -> String {
        names(&carried())
    }

    /// The scenario that is meant.
    ///
    /// # Errors
    /// The exit code, and what to print: there is none of this name, there are several, or the file is wrong.
    pub(crate) fn scenario(&self) -> Result<Scenario, (u8, String)> {
        let text = self.scenario.join(" ");
        let path = Path::new(&text);
        if path.is_file() || text.contains(['/', '\\']) || path.extension().is_some() {
            return Scenario::read(path).map_err(|error| (EXIT_BAD_SCENARIO, error.to_string()));
        }
        carried_scenario(&text).map_err(|error| (EXIT_USAGE, error))
    }
}

fn carried() -> Vec<ScenarioTest> {
    builtin::scenarios().map(|one| ScenarioTest::of_text(one.folder, one.label, one.text)).collect()
}

/// The one scenario that the program carries whose number this is, or its name, or the only one with this in its name.
fn carried_scenario(text: &str) -> Result<Scenario, String> {
    let all = carried();
    let name = |test: &ScenarioTest| test.scenario().map(|scenario| scenario.name().to_owned()).unwrap_or_default();
    let short = numbered(text);
    let is_exactly = |test: &&ScenarioTest| number(test).is_some_and(|number| number == short) || name(test) == text;
    let meant: Vec<_> = match all.iter().find(is_exactly) {
        Some(exact) => vec![exact],
        None => all.iter().filter(|test| is_named(test, text)).collect(),
    };
    match meant.as_slice() {
        [only] => only.scenario().cloned().ok_or_else(|| format!("error: `{text}` is not a scenario")),
        [] => {
            let words: Vec<String> = all.iter().flat_map(|test| [name(test), number(test).unwrap_or_default()]).collect();
            let near = nearest(text, words.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`? "));
            let near = near.unwrap_or_default();
            Err(format!(
                "error: there is no scenario `{text}`\nhint: {near}`neptune-sim play --list` lists them; a file needs its ending, .yaml"
            ))
        }
        several => {
            let several: Vec<String> = several.iter().map(|test| name(test)).collect();
            Err(format!("error: `{text}` is a part of several names\nhint: choose one: {}", several.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::of_the_plan("check 12", "test_domain_complete_prov_pending")]
    #[case::of_the_other_plan("get 3", "test_get_load_status_failed")]
    #[case::a_failure("F22", "F22_cancelled_by_user")]
    #[case::a_variant("F4b", "F04b_gateway_503_empty")]
    #[case::a_number_that_has_variants("F4", "F04_gateway_502_html")]
    #[case::a_name("F22b_cancelled_by_the_system", "F22b_cancelled_by_the_system")]
    #[case::a_part_of_a_name("cancelled_by_the_sys", "F22b_cancelled_by_the_system")]
    fn a_scenario_is_meant_by_number_or_name(#[case] text: &str, #[case] name: &str) {
        assert_eq!(carried_scenario(text).unwrap().name(), name);
    }

    #[rstest]
    #[case::mistyped(
        "F22_canceled_by_user",
        "error: there is no scenario `F22_canceled_by_user`\nhint: did you mean `F22_cancelled_by_user`? "
    )]
    #[case::far("nothing-like-it", "error: there is no scenario `nothing-like-it`\nhint: `neptune-sim play --list` lists them")]
    #[case::several("cancelled", "error: `cancelled` is a part of several names\nhint: choose one: ")]
    fn a_name_that_means_no_scenario_or_several_gets_a_hint(#[case] text: &str, #[case] message: &str) {
        let error = carried_scenario(text).unwrap_err();
        assert!(error.starts_with(message), "{error}");
    }
}
