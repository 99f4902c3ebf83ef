//! Where a scenario file lies, and what it says of itself.

use neptune_harness::catalogue::ScenarioFile;
use neptune_server::scenario::Scenario;
use rstest::rstest;

const ACTION: &str = "action: [{request: {path: /loader, expect: {it answers: {reply.http: 200}}}}]\n";

#[rstest]
#[case::as_it_should_be("failures", "F05_unsigned", "failure: F5", "F05_unsigned", None)]
#[case::another_side("failures", "F05b_unsigned", "failure: F5", "F05b_unsigned", None)]
#[case::no_number("failures", "F05_unsigned", "", "F05_unsigned", Some("add `failure: F12`"))]
#[case::another_number("failures", "F06_unsigned", "failure: F5", "F06_unsigned", Some("begin with `F05_`"))]
#[case::a_longer_number("failures", "F055_unsigned", "failure: F5", "F055_unsigned", Some("begin with `F05_`"))]
#[case::another_name("failures", "F05_unsigned", "failure: F5", "F05_signed", Some("file and `name` must be the same"))]
#[case::elsewhere("beyond", "unsigned", "failure: F5", "unsigned", Some("belongs into scenarios/failures/"))]
#[case::no_question("live-questions", "unsigned", "", "unsigned", Some("add `question:`"))]
#[case::a_question_elsewhere(
    "beyond",
    "slash",
    "question: {slash: {}}",
    "slash",
    Some("belongs into scenarios/live-questions/")
)]
#[case::nothing_to_do_with_it("beyond", "unsigned", "", "signed", None)]
fn a_failure_lies_where_it_is_looked_for(
    #[case] folder: &'static str,
    #[case] stem: &str,
    #[case] failure: &str,
    #[case] name: &str,
    #[case] complaint: Option<&str>,
) {
    let file = ScenarioFile { folder, path: format!("{stem}.yaml").into() };
    let scenario = Scenario::parse("x.yaml", &format!("{failure}\nname: {name}\nabout: x\n{ACTION}")).unwrap();
    let found = file.misplaced(&scenario);
    assert_eq!(found.is_some(), complaint.is_some(), "{found:?}");
    assert!(found.unwrap_or_default().contains(complaint.unwrap_or_default()));
}
