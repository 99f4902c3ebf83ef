//! Every scenario that the program carries is played to its end, and the user's part is done by a stand-in.

use std::cell::RefCell;
use std::net::Ipv4Addr;

use neptune_server::{ClockKind, ClusterSetup, ControlPlace, Sim, SimOptions};
use rstest::rstest;

use super::*;
use crate::builtin;
use crate::stdin::Lines;

/// Plays a scenario on a manual clock, and returns what was said. The user presses Enter at each wait.
async fn played(scenario: Scenario) -> (Result<(), String>, String) {
    let steps = Steps::of(scenario.clone(), Some(Lines::without_end())).expect("it has steps");
    let setup = ClusterSetup { observer: Some(steps.observer()), ..scenario.cluster_spec(ClockKind::Manual).into() };
    let options = SimOptions { control: ControlPlace::Off, ..SimOptions::new((Ipv4Addr::LOCALHOST, 0).into()) };
    let sim = Sim::start_with(setup, options).await.unwrap();
    let said = RefCell::new(String::new());
    let (_end, ended) = watch::channel(false);
    let result = steps.play(sim.first(), ended, &|text| said.borrow_mut().push_str(text)).await;
    (result, said.into_inner())
}

#[rstest]
#[case::check("check_bulk_load_status", 20)]
#[case::get("get_load_status", 20)]
#[case::failures("failures", 70)]
#[tokio::test]
async fn every_scenario_is_played_to_its_end(#[case] folder: &str, #[case] count: usize) {
    let scenarios: Vec<_> = builtin::scenarios().filter(|scenario| scenario.folder == folder).collect();
    assert_eq!(scenarios.len(), count);
    for one in scenarios {
        let scenario = Scenario::parse(one.label, one.text).unwrap();
        let steps = [scenario.setup(), scenario.action(), scenario.cleanup()].map(<[_]>::len);
        let (result, said) = played(scenario).await;
        assert_eq!(result, Ok(()), "{}:\n{said}", one.label);
        for (section, count) in ["setup", "action", "cleanup"].into_iter().zip(steps) {
            let shown = (0..count).filter(|at| said.contains(&format!("s {section}[{at}] "))).count();
            assert_eq!(shown, count, "{}: steps of {section}:\n{said}", one.label);
        }
    }
}
