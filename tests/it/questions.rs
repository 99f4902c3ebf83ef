//! The questions to a live cluster: a simulated one shows that each question about a quirk distinguishes its values.

use std::fs;
use std::path::PathBuf;

use neptune_harness::catalogue::{QUESTIONS, scenario_files};
use neptune_harness::sim::play_on_sim;
use neptune_server::scenario::Scenario;

use neptune_harness::project::root;

/// Each question file with its text.
fn questions() -> Vec<(Scenario, String)> {
    let files = scenario_files(&root()).expect("the folders are there");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("the file can be read");
        (Scenario::read(&path).unwrap_or_else(|error| panic!("{error}")), text)
    };
    files.into_iter().filter(|file| file.folder == QUESTIONS).map(|file| read(file.path)).collect()
}

/// The text of a scenario whose cluster has another quirk.
fn with_quirk(text: &str, quirk: &str, word: &str) -> String {
    let quirks = format!("quirks: {{{quirk}: '{word}'}}");
    let (given, inside) = ("\ngiven:\n", format!("\ngiven:\n  {quirks}\n"));
    if text.contains(given) { text.replace(given, &inside) } else { format!("{text}\ngiven: {{{quirks}}}\n") }
}

#[tokio::test]
async fn a_cluster_answers_each_question_with_the_choice_of_its_quirk() {
    let mut asked = 0;
    for (scenario, text) in questions() {
        for question in scenario.question().unwrap().iter().filter(|question| question.is_quirk) {
            for (answer, _) in &question.answers {
                let reported = format!("{}, {} = {answer}", scenario.file(), question.name);
                let text = with_quirk(&text, &question.name, answer);
                let scenario = Scenario::parse(scenario.file(), &text).unwrap_or_else(|error| panic!("{error}"));
                let played = play_on_sim(&scenario).await.unwrap();
                assert_eq!(played.trouble, None, "{reported}");
                let seen = played.seen.iter().find(|seen| seen.question == question.name).unwrap();
                assert_eq!(seen.shown, [answer.as_str()], "{reported}: {:?}", played.answers.last());
                asked += 1;
            }
        }
    }
    assert!(asked >= 26, "only {asked} answers were tried");
}
