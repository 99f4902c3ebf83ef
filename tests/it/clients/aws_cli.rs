//! The AWS CLI.

use super::{Face, Neptune, python, seen};
use neptune_harness::optional::skipped;

#[tokio::test]
async fn the_aws_cli_starts_reads_lists_and_cancels_loads() {
    let neptune = Neptune::start(Face::Iam).await;
    match python::run("awscli", "aws_cli_client.py", &[], &neptune.endpoint).await {
        Some(seen) => seen::assert_understood(&seen),
        None => skipped("the simulator with the AWS CLI", "python3 has no awscli"),
    }
}

#[tokio::test]
async fn a_line_in_the_shell_is_enough() {
    let neptune = Neptune::start(Face::Http).await;
    let line = ["neptunedata", "list-loader-jobs", "--query", "payload.loadIds", "--output", "text"];
    let Some(output) = python::output("aws", &line, &neptune.endpoint).await else {
        return skipped("the program `aws` with the simulator", "there is none");
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout), "broken\n", "{}", String::from_utf8_lossy(&output.stderr));
}
