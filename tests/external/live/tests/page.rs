//! The page about live runs says what is true: the permissions, the keys of the profile, and which commands tests run.

use std::collections::BTreeSet;

use serde_json::Value;

const PAGE: &str = include_str!("../README.md");

/// What stands between fences of this kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let fence = format!("```{kind}\n");
    PAGE.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map_or_else(|| value.as_str().into_iter().collect(), |all| all.iter().filter_map(Value::as_str).collect())
}

#[test]
fn the_policy_allows_what_a_run_needs_and_nothing_else() {
    let [policy] = blocks("json").try_into().expect("there is one policy");
    let policy: Value = serde_json::from_str(policy).expect("it can be pasted");
    let statements = policy["Statement"].as_array().expect("it has statements");
    let allowed: BTreeSet<_> = statements.iter().flat_map(|statement| texts(&statement["Action"])).collect();
    let needed = [
        "lambda:InvokeFunction",
        "neptune-db:CancelLoaderJob",
        "neptune-db:DeleteDataViaQuery",
        "neptune-db:GetEngineStatus",
        "neptune-db:GetLoaderJobStatus",
        "neptune-db:ListLoaderJobs",
        "neptune-db:ReadDataViaQuery",
        "neptune-db:StartLoaderJob",
        "neptune-db:WriteDataViaQuery",
        "rds:DescribeDBClusters",
        "rds:ListTagsForResource",
        "s3:DeleteObject",
        "s3:ListBucket",
        "s3:PutObject",
    ];
    assert_eq!(allowed.into_iter().collect::<Vec<_>>(), needed);
    for resource in statements.iter().flat_map(|statement| texts(&statement["Resource"])) {
        assert!(resource.contains('<') && resource != "*", "{resource} is more than one cluster, bucket or function");
    }
}

#[test]
fn the_page_says_where_to_find_each_key_of_a_profile() {
    let sample = include_str!("../profile.sample.toml");
    let is_name = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let keys = sample.lines().take_while(|line| !line.contains("[functions]"));
    let keys =
        keys.filter_map(|line| line.trim_start_matches("# ").split_once(" = ")).map(|(key, _)| key).filter(|key| is_name(key));
    let keys: Vec<_> = keys.collect();
    assert_eq!(keys.len(), 12, "{keys:?}");
    for key in keys {
        assert!(PAGE.contains(&format!("`{key}`")) || PAGE.contains(&format!("`cluster.{key}`")), "the page has no `{key}`");
    }
}

#[test]
fn the_page_says_that_it_was_never_run_on_neptune() {
    assert!(PAGE.contains("**It was never run against Amazon Neptune.**"));
}

#[test]
fn nothing_on_the_page_is_run_by_a_test() {
    assert!(blocks("sh").is_empty(), "a shell block is a command that a test runs, and these need AWS");
}
