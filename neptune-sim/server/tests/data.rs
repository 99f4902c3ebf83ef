//! Loads that read their sources: what a client sees of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use neptune_control::{ClusterClient, ControlClient};
use neptune_server::{Bucket, ClockKind, ClusterSpec, Sim, StartError};
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

const PEOPLE: &str = "~id,~label,name:String\np1,Person,Ada\np2,Person,Blaise\n";
const KNOWS: &str = "~id,~from,~to,~label\ne1,p1,p2,knows\n";

/// A simulator whose bucket is a folder.
struct Loader {
    sim: Sim,
    clock: ClusterClient,
    client: reqwest::Client,
    folder: TempDir,
}

impl Loader {
    async fn start(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (key, text) in files {
            write(folder.path(), key, text);
        }
        // An error means that there is a provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sim = Sim::start(spec(folder.path()), anywhere()).await.unwrap();
        let clock = ControlClient::new(&sim.endpoint()).unwrap().cluster("data".to_owned());
        Self { sim, clock, client: reqwest::Client::builder().no_proxy().build().unwrap(), folder }
    }

    fn write(&self, key: &str, text: &str) {
        write(self.folder.path(), key, text);
    }

    /// Starts a load, and returns status and body.
    async fn post(&self, parameters: Value) -> (u16, Value) {
        let mut load = json!({"source": "s3://bucket/in/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1"});
        load.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
        let answer = self.client.post(format!("{}/loader", self.sim.endpoint())).json(&load).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn load(&self, parameters: Value) -> String {
        let (status, body) = self.post(parameters).await;
        assert_eq!(status, 200, "{body}");
        body["payload"]["loadId"].as_str().unwrap().to_owned()
    }

    /// The load once it has ended.
    async fn ended(&self, id: &str) -> Value {
        self.clock.wait_for(id, "finished").await.unwrap();
        self.status(id).await
    }

    async fn status(&self, id: &str) -> Value {
        let url = format!("{}/loader/{id}?details=TRUE&errors=TRUE", self.sim.endpoint());
        let answer: Value = self.client.get(url).send().await.unwrap().json().await.unwrap();
        answer["payload"].clone()
    }
}

fn write(folder: &Path, key: &str, text: &str) {
    let path = folder.join(key);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn spec(folder: &Path) -> ClusterSpec {
    let data = [("bucket".to_owned(), Bucket::Folder(folder.to_owned()))].into();
    ClusterSpec { data, ..ClusterSpec::new("data", ClockKind::Manual) }
}

fn counts(payload: &Value) -> [&Value; 6] {
    let names = ["status", "totalRecords", "totalDuplicates", "parsingErrors", "datatypeMismatchErrors", "insertErrors"];
    names.map(|name| &payload["overallStatus"][name])
}

/// Code, text, file and record of each entry in the error log.
fn errors(payload: &Value) -> Vec<[&Value; 4]> {
    let logs = payload["errors"]["errorLogs"].as_array().map_or(&[][..], Vec::as_slice);
    logs.iter().map(|log| ["errorCode", "errorMessage", "fileName", "recordNum"].map(|key| &log[key])).collect()
}

#[tokio::test]
async fn vertices_are_loaded_before_edges_whatever_their_names() {
    let loader = Loader::start(&[("in/a-edges.csv", KNOWS), ("in/b-vertices.csv", PEOPLE), ("other.csv", "no load")]).await;
    let id = loader.load(json!({})).await;
    let running = loader.status(&id).await;
    assert_eq!(running["feedCount"], json!([{"LOAD_NOT_STARTED": 1}, {"LOAD_IN_PROGRESS": 1}]));
    assert_eq!(running["overallStatus"]["totalRecords"], 0, "no time has passed");
    let ended = loader.ended(&id).await;
    assert_eq!(counts(&ended), [&json!("LOAD_COMPLETED"), &json!(5), &json!(0), &json!(0), &json!(0), &json!(0)]);
    assert_eq!(ended["feedCount"], json!([{"LOAD_COMPLETED": 2}]));
    assert_eq!(ended["overallStatus"]["totalTimeSpent"], 5);
}

#[tokio::test]
async fn what_is_wrong_in_a_file_fails_the_load_with_neptunes_words() {
    let rows = "~id,~label,age:Int\nv1,Person,41\nv2,Person,41.0\nv3,Person,1,one more\n";
    let loader = Loader::start(&[("in/people.csv", rows), ("in/knows.csv", "~id,~from,~to\ne1,v1,nobody\n")]).await;
    let id = loader.load(json!({"failOnError": false})).await;
    let ended = loader.ended(&id).await;
    assert_eq!(counts(&ended), [&json!("LOAD_FAILED"), &json!(6), &json!(0), &json!(1), &json!(1), &json!(1)]);
    assert_eq!(
        errors(&ended),
        [
            [
                &json!("PARSING_ERROR"),
                &json!("Value '41.0' of column 'age' is not a valid Int"),
                &json!("s3://bucket/in/people.csv"),
                &json!(2)
            ],
            [
                &json!("PARSING_ERROR"),
                &json!("Record has more columns than header"),
                &json!("s3://bucket/in/people.csv"),
                &json!(3)
            ],
            [
                &json!("FROM_OR_TO_VERTEX_ARE_MISSING"),
                &json!("Either from vertex, 'v1', or to vertex, 'nobody', is not present."),
                &json!("s3://bucket/in/knows.csv"),
                &json!(0)
            ],
        ]
    );
    assert_eq!(ended["failedFeeds"][0]["totalRecords"], 5);
    assert_eq!(ended["failedFeeds"][1]["insertErrors"], 1);
}

/// As `neptune-sim check-data` says of a file that is named in full: what begins so is read, too.
#[tokio::test]
async fn a_source_that_is_a_whole_key_is_the_beginning_of_others() {
    let loader = Loader::start(&[("in/4a87.csv", PEOPLE), ("in/4a87.csv.metadata", "\u{8}\n"), ("in/b.csv", KNOWS)]).await;
    let id = loader.load(json!({"source": "s3://bucket/in/4a87.csv", "failOnError": "FALSE"})).await;
    let payload = loader.ended(&id).await;
    let files: Vec<_> = errors(&payload).into_iter().map(|[_, _, file, _]| file.clone()).collect();
    assert_eq!(files, ["s3://bucket/in/4a87.csv.metadata"], "{payload}");
    assert_eq!(payload["overallStatus"]["totalRecords"], 4, "{payload}");
}

#[tokio::test]
async fn the_explanation_of_a_load_names_what_was_found_in_its_files_and_what_shows_the_cure() {
    let loader = Loader::start(&[("in/people.csv", "~id,~label,age:Int\np1,Person,old\n"), ("good/people.csv", PEOPLE)]).await;
    let id = loader.load(json!({})).await;
    loader.ended(&id).await;
    let text = loader.clock.explain(&id).await.unwrap().text;
    let expected = "Its error log has 1 entry. The first that is kept is PARSING_ERROR in `people.csv`, record 1: ";
    assert!(text.contains(expected), "{text}");
    let expected = "`neptune-sim check-data --format csv` on the same files shows its line, the cause and what helps.";
    assert!(text.contains(expected), "{text}");
    let id = loader.load(json!({"source": "s3://bucket/good/"})).await;
    loader.ended(&id).await;
    let text = loader.clock.explain(&id).await.unwrap().text;
    assert!(!text.contains("check-data"), "{text}");
}

#[tokio::test]
async fn with_fail_on_error_files_behind_the_error_are_not_begun() {
    let loader = Loader::start(&[("in/a.csv", PEOPLE), ("in/b.csv", "name\nAda\n"), ("in/c.csv", PEOPLE)]).await;
    let id = loader.load(json!({})).await;
    let ended = loader.ended(&id).await;
    assert_eq!(ended["overallStatus"]["status"], "LOAD_CANCELLED_DUE_TO_ERRORS");
    let feeds = json!([{"LOAD_NOT_STARTED": 1}, {"LOAD_COMPLETED": 1}, {"LOAD_FAILED": 1}]);
    assert_eq!(ended["feedCount"], feeds);
}

#[tokio::test]
async fn what_was_loaded_before_is_a_duplicate_and_a_corrected_file_is_resumed() {
    let loader = Loader::start(&[("in/a.csv", PEOPLE), ("in/b.csv", "~id,~label\np3,Person,\n")]).await;
    let failed = loader.load(json!({"failOnError": false})).await;
    assert_eq!(loader.ended(&failed).await["overallStatus"]["status"], "LOAD_FAILED");
    loader.write("in/b.csv", "~id,~label\np3,Person\n");
    let resumed = loader.load(json!({"mode": "RESUME"})).await;
    let resumed = loader.ended(&resumed).await;
    assert_eq!(counts(&resumed)[..3], [&json!("LOAD_COMPLETED"), &json!(1), &json!(0)], "only the corrected file is read");
    assert_eq!(resumed["feedCount"], json!([{"LOAD_COMPLETED": 2}]));
    let again = loader.load(json!({"mode": "NEW"})).await;
    assert_eq!(counts(&loader.ended(&again).await)[..3], [&json!("LOAD_COMPLETED"), &json!(5), &json!(5)]);
}

#[rstest]
#[case::no_such_bucket("s3://bukket/in/", "S3 bucket not found for source")]
#[case::nothing_there("s3://bucket/on/", "The source s3://bucket/on/ does not exist/not reachable")]
#[case::upwards("s3://bucket/../", "The source s3://bucket/../ does not exist/not reachable")]
#[tokio::test]
async fn a_source_that_is_not_there_is_refused(#[case] source: &str, #[case] message: &str) {
    let loader = Loader::start(&[("in/a.csv", PEOPLE)]).await;
    let (status, body) = loader.post(json!({"source": source})).await;
    assert_eq!((status, body["detailedMessage"].as_str().unwrap()), (400, message));
}

#[tokio::test]
async fn a_queued_load_reads_when_its_turn_comes() {
    let loader = Loader::start(&[("in/a.csv", PEOPLE)]).await;
    loader.load(json!({})).await;
    let second = loader.load(json!({"source": "s3://bucket/later/", "queueRequest": true})).await;
    let third = loader.load(json!({"source": "s3://bucket/never/", "queueRequest": true})).await;
    loader.write("later/b.csv", "~id,~label\np9,Person\n");
    let second = loader.ended(&second).await;
    assert_eq!(counts(&second)[..2], [&json!("LOAD_COMPLETED"), &json!(1)]);
    assert_eq!(loader.ended(&third).await["overallStatus"]["status"], "LOAD_FAILED_INVALID_REQUEST");
}

#[tokio::test]
async fn however_time_passes_a_manual_clock_gives_the_same() {
    let mut seen = Vec::new();
    for step in ["1s", "7s", "100s"] {
        let loader = Loader::start(&[("in/a.csv", PEOPLE), ("more/b.csv", KNOWS)]).await;
        let first = loader.load(json!({})).await;
        let second = loader.load(json!({"source": "s3://bucket/more/", "queueRequest": true})).await;
        let step = neptune_server::parse_duration(step).unwrap();
        for _ in 0..=(100 / step.as_secs()) {
            loader.clock.advance(step).await.unwrap();
        }
        seen.push(json!([loader.status(&first).await, loader.status(&second).await]).to_string());
    }
    assert!(seen.iter().all(|status| *status == seen[0]), "{seen:#?}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_no_bucket() {
    let error = Sim::start(spec(Path::new("/no/such/folder")), anywhere()).await.unwrap_err();
    assert!(matches!(error, StartError::BadFolder(_)));
    assert!(error.to_string().starts_with("the bucket `bucket` cannot be the folder /no/such/folder: "), "{error}");
}

#[tokio::test]
async fn a_posted_scenario_holds_its_objects_and_names_no_folder() {
    let loader = Loader::start(&[]).await;
    let post = async |data: Value| {
        let scenario = json!({"name": "posted", "about": "Data of its own", "given": {"data": data}});
        let answer = loader.client.post(format!("{}/_sim/clusters", loader.sim.endpoint())).json(&scenario);
        let answer = answer.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, refusal) = post(json!({"bucket": "/etc"})).await;
    assert_eq!((status, &refusal["path"]), (403, &json!("given.data.bucket")), "{refusal}");
    let (status, cluster) = post(json!({"bucket": {"in/people.csv": PEOPLE}})).await;
    assert_eq!(status, 201, "{cluster}");
    let load = json!({"source": "s3://bucket/in/people.csv", "format": "csv", "iamRoleArn": "r", "region": "us-east-1"});
    let endpoint = cluster["endpoint"].as_str().unwrap();
    let started: Value =
        loader.client.post(format!("{endpoint}/loader")).json(&load).send().await.unwrap().json().await.unwrap();
    let id = started["payload"]["loadId"].as_str().unwrap();
    let posted = ControlClient::new(&loader.sim.endpoint()).unwrap().cluster("posted".to_owned());
    posted.wait_for(id, "finished").await.unwrap();
    let ended: Value = loader.client.get(format!("{endpoint}/loader/{id}")).send().await.unwrap().json().await.unwrap();
    assert_eq!(ended["payload"]["overallStatus"]["totalRecords"], 4);
}

#[rstest]
#[case::gremlin("csv", "a.csv", PEOPLE, 4, 4)]
#[case::opencypher("opencypher", "a.csv", ":ID,name:String,:LABEL\nn1,Ada,Person\n", 2, 1)]
#[case::n_triples("ntriples", "a.nt", "<http://e/a> <http://e/p> \"1\" .\n", 1, 1)]
#[case::n_quads("nquads", "a.nq", "<http://e/a> <http://e/p> \"1\" <http://e/g> .\n", 1, 1)]
#[case::turtle("turtle", "a.ttl", "@prefix e: <http://e/> . e:a e:p 1, 2 .\n", 2, 2)]
#[case::rdf_xml(
    "rdfxml",
    "a.rdf",
    "<r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:e=\"http://e/\"><r:Description r:about=\"http://e/a\"><e:p>1</e:p></r:Description></r:RDF>",
    1,
    1
)]
#[tokio::test]
async fn each_format_is_read(
    #[case] format: &str,
    #[case] name: &str,
    #[case] text: &str,
    #[case] records: u64,
    #[case] duplicates: u64,
) {
    let loader = Loader::start(&[(&format!("in/{name}"), text)]).await;
    let id = loader.load(json!({"format": format})).await;
    assert_eq!(counts(&loader.ended(&id).await)[..2], [&json!("LOAD_COMPLETED"), &json!(records)]);
    let again = loader.load(json!({"format": format, "mode": "NEW"})).await;
    // A node that is there is one duplicate, whatever its row says.
    assert_eq!(loader.ended(&again).await["overallStatus"]["totalDuplicates"], duplicates);
}
