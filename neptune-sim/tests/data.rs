//! Loads of folders, as a user starts them with the AWS SDK for Python.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

#[expect(dead_code, reason = "other tests use the rest of it")]
mod running;

use std::fs;
use std::process::Command;

use neptune_harness::optional::skipped;
use running::{Running, program, text};

/// Loads the source, asks until the load has ended, and prints what came of it. The pauses are short, because the cluster's time passes quickly.
const LOAD: &str = "
import sys, time
import boto3
neptune = boto3.client('neptunedata')
start = dict(source=sys.argv[1], format='csv', iamRoleArn='arn:aws:iam::123456789012:role/Load', s3BucketRegion='us-east-1', failOnError=False)
load = neptune.start_loader_job(**start)['payload']['loadId']
for _ in range(500):
    payload = neptune.get_loader_job_status(loadId=load, details=True, errors=True)['payload']
    overall = payload['overallStatus']
    if overall['status'] not in ('LOAD_NOT_STARTED', 'LOAD_IN_PROGRESS'):
        break
    time.sleep(0.02)
print(overall['status'], overall['totalRecords'], overall['parsingErrors'], overall['datatypeMismatchErrors'], overall['insertErrors'])
for error in payload.get('errors', {}).get('errorLogs', []):
    print(error['errorCode'], error['fileName'], error['recordNum'], error['errorMessage'])
";

/// What boto3 sees of a load. `None` where there is no boto3: the test is skipped then.
fn load(running: &Running, source: &str) -> Option<String> {
    let mut client = Command::new("python3");
    client.args(["-c", LOAD, source]).env("AWS_ENDPOINT_URL_NEPTUNEDATA", format!("http://{}", running.address()));
    client.envs([("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "any"), ("AWS_SECRET_ACCESS_KEY", "any")]);
    let output = client.output().ok().filter(|output| !text(&output.stderr).contains("No module named 'boto3'"))?;
    assert!(output.status.success(), "{}", text(&output.stderr));
    Some(text(&output.stdout))
}

/// A folder as people write them: data, a file of another kind beside it, and a fault of each kind.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("people/1.csv", "~id,~label,name:String,age:Int\np1,Person,\"Ada, Countess\",36\np2,Person,Blaise,39.0\n"),
        ("people/knows.csv", "~id,~from,~to,~label\ne1,p1,p2,knows\ne2,p1,p3,knows\n"),
        ("people/README.md", "# People\n"),
        ("good/1.csv", "~id,~label\np1,Person\n"),
    ];
    for (key, content) in files {
        let path = folder.path().join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

#[test]
fn boto3_loads_a_folder() {
    let folder = folder();
    let data = format!("my-bucket={}", folder.path().display());
    let running = Running::start(program(), &["--data", &data, "--clock", "scaled:100", "--listen", "127.0.0.1:0"]);
    assert!(running.greeting.contains("\nloads of s3://my-bucket/ read "), "{}", running.greeting);
    let Some(good) = load(&running, "s3://my-bucket/good/") else {
        return skipped("a load of a folder", "python3 has no boto3");
    };
    assert_eq!(good, "LOAD_COMPLETED 1 0 0 0\n");
    let faulty = load(&running, "s3://my-bucket/people/").unwrap();
    let lines: Vec<&str> = faulty.lines().collect();
    assert_eq!(
        lines,
        [
            "LOAD_FAILED 8 1 1 1",
            "PARSING_ERROR s3://my-bucket/people/1.csv 2 Value '39.0' of column 'age' is not a valid Int",
            "PARSING_ERROR s3://my-bucket/people/README.md 0 A vertex or edge requires a ~id field.",
            "FROM_OR_TO_VERTEX_ARE_MISSING s3://my-bucket/people/knows.csv 0 Either from vertex, 'p1', or to vertex, 'p3', is not \
             present.",
        ]
    );
}

#[test]
fn a_folder_in_a_scenario_begins_where_the_scenario_is() {
    let folder = folder();
    let file = folder.path().join("cluster.yaml");
    let loads = "{people: {source: 's3://b/', reads: {}}}";
    fs::write(&file, format!("name: x\nabout: A folder beside it\ngiven: {{data: {{b: good}}, loads: {loads}}}\n")).unwrap();
    let running = Running::start(program(), &[file.to_str().unwrap(), "--clock", "scaled:100", "--listen", "127.0.0.1:0"]);
    while !running.ask("GET /loader/people HTTP/1.1").contains("LOAD_COMPLETED") {
        std::thread::yield_now();
    }
}

#[test]
fn a_folder_that_is_not_there_is_named_at_the_start() {
    let output = program().args(["--data", "my-bucket=no/such/folder", "--listen", "127.0.0.1:0"]).output().unwrap();
    let error = "error: the bucket `my-bucket` cannot be the folder no/such/folder: No such file or directory";
    assert!(text(&output.stderr).starts_with(error), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(103));
}
