//! `neptune-sim proxy` as its users see it.

use std::net::TcpListener;
use std::process::{Command, Output};

use neptune_server::record::Recording;
use rstest::rstest;

use crate::running::{Running, program, text};
use crate::setup::simulator;

fn proxy() -> Command {
    let mut command = program();
    command.arg("proxy");
    command
}

fn run(arguments: &[&str]) -> Output {
    proxy().args(arguments).output().unwrap()
}

/// Asks with GET.
fn get(running: &Running, target: &str) -> String {
    running.ask(&format!("GET {target} HTTP/1.1"))
}

#[test]
fn the_help_has_examples_advice_about_signatures_and_exit_codes() {
    let output = run(&["--help"]);
    let help = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    for part in [
        "--upstream <URL>",
        "--connect-to <ADDRESS>",
        "--faults <FILE>",
        "--record <FILE>",
        "--sign <REGION>",
        "--keep-host",
        "Examples:",
        "\n  105  ",
    ] {
        assert!(help.contains(part), "{part} in {help}");
    }
}

#[rstest]
#[case::no_upstream(&[], 2, "--upstream <URL>")]
#[case::a_bare_host(&["--upstream", "db.example:8182"], 2, "write a URL such as `https://")]
#[case::two_ways_to_sign(&["--upstream", "http://x", "--keep-host", "--sign", "us-east-1"], 2, "cannot be used with")]
#[case::nothing_to_sign_with(&["--upstream", "http://x", "--sign", "us-east-1"], 2, "error: --sign needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\nhint: ")]
#[case::a_name_to_connect_to(&["--upstream", "http://x", "--connect-to", "localhost:1"], 2, "invalid value 'localhost:1' for '--connect-to <ADDRESS>'")]
#[case::no_such_faults(&["--upstream", "http://x", "--faults", "/absent.yaml"], 103, "error: cannot read the faults `/absent.yaml`")]
#[case::no_such_ca(&["--upstream", "https://x", "--upstream-ca", "/absent.pem"], 104, "error: cannot read /absent.pem: ")]
#[case::nowhere_to_record(&["--upstream", "http://x", "--record", "/absent/x"], 105, "error: cannot record to /absent/x: ")]
#[case::no_room_to_record(&["--upstream", "http://x", "--record", "/dev/full"], 105, "error: cannot record to /dev/full: ")]
fn what_cannot_work_has_a_code_and_a_reason(#[case] arguments: &[&str], #[case] code: i32, #[case] message: &str) {
    let output = run(&[arguments, &["--listen", "127.0.0.1:0"]].concat());
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(code), ""), "{stderr}");
    assert!(stderr.contains(message), "{stderr}");
}

#[rstest]
#[case::by_address("127.0.0.1")]
#[case::by_name("localhost")]
fn a_proxy_that_leads_to_itself_is_refused(#[case] host: &str) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = run(&["--upstream", &format!("http://{host}:{port}"), "--listen", &format!("127.0.0.1:{port}")]);
    let reported =
        format!("error: the proxy would pass on to itself: it listens on 127.0.0.1:{port}\nhint: give it another --listen\n");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(2), reported));
}

#[test]
fn a_tunnel_that_begins_at_the_proxy_is_refused() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let here = format!("127.0.0.1:{port}");
    let output = run(&["--upstream", "https://db.example", "--connect-to", &here, "--listen", &here]);
    let reported = format!("error: the proxy would pass on to itself: it listens on {here}\nhint: give it another --listen\n");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(2), reported));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_in_front_of_a_tunnel_tells_both_its_ends() {
    let behind = simulator().await;
    let address = behind.first().address().to_string();
    let upstream = ["--upstream", "http://db.example:8182", "--connect-to", &address, "--listen", "127.0.0.1:0"];
    let running = Running::start(proxy(), &upstream);
    let reported = format!("proxy: everything is passed on to http://db.example:8182 at {address}\n");
    assert!(running.greeting.contains(&reported), "{}", running.greeting);
    assert!(get(&running, "/loader/domain-quick").contains("LOAD_IN_PROGRESS"));
}

#[test]
fn a_wrong_fault_is_code_103_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faults.yaml");
    std::fs::write(&file, "faults:\n  - {does: explode}\n").unwrap();
    let output = run(&["--upstream", "http://x", "--faults", file.to_str().unwrap()]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(103), "{stderr}");
    assert!(stderr.contains("faults.yaml:2:") && stderr.contains("unknown word `explode`"), "{stderr}");
}

#[test]
fn a_taken_port_is_code_102() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = run(&["--upstream", "http://x", "--listen", &taken.local_addr().unwrap().to_string()]);
    assert_eq!(output.status.code(), Some(102), "{}", text(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_where_it_stands_passes_on_strikes_and_records() {
    let behind = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let (faults, tape) = (folder.path().join("faults.yaml"), folder.path().join("session.ndjson"));
    std::fs::write(
        &faults,
        "faults:\n  - {on: {operation: list}, does: {gateway: 503}}\n  - {name: never, on: {operation: start}, does: reset}\n",
    )
    .unwrap();
    let (faults, record, upstream) = (faults.to_str().unwrap(), tape.to_str().unwrap(), behind.endpoint());
    let running =
        Running::start(proxy(), &["--upstream", &upstream, "--faults", faults, "--record", record, "--listen", "127.0.0.1:0"]);
    let endpoint = format!("http://{}", running.address());
    for part in [
        &format!("listens on {endpoint}\nproxy: everything is passed on to {upstream}\nfaults: gateway, never\n"),
        &format!("every exchange is appended to {record}, without names and secrets\n"),
        &format!("  curl -s {endpoint}/loader\n"),
        &format!("AWS_ENDPOINT_URL_NEPTUNEDATA={endpoint} "),
        &format!("Watch it in a browser: {endpoint}/_sim\n"),
        &format!("See what goes on: curl -s {endpoint}/_sim\n"),
    ] {
        assert!(running.greeting.contains(part), "{part} in {}", running.greeting);
    }
    assert!(get(&running, "/loader/domain-quick").contains("LOAD_IN_PROGRESS"));
    assert!(get(&running, "/loader").starts_with("HTTP/1.1 503 "));
    let (code, stderr) = running.end("TERM");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.starts_with("warning: the fault `never` never fired"), "{stderr}");
    let recording = Recording::parse(&std::fs::read_to_string(&tape).unwrap()).unwrap();
    let reported: Vec<_> = recording.exchanges.iter().map(|one| one.answer.as_ref().unwrap().http).collect();
    assert_eq!(reported, [200, 503]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_survives_a_kill() {
    let behind = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let tape = folder.path().join("session.ndjson");
    let (record, upstream) = (tape.to_str().unwrap(), behind.endpoint());
    let running = Running::start(proxy(), &["--upstream", &upstream, "--record", record, "--listen", "127.0.0.1:0"]);
    for _ in 0..5 {
        get(&running, "/loader");
    }
    running.end("KILL");
    assert_eq!(Recording::parse(&std::fs::read_to_string(&tape).unwrap()).unwrap().exchanges.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_for_strangers_that_signs_is_warned_about() {
    let behind = simulator().await;
    let mut command = proxy();
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "hunter2");
    let upstream = behind.endpoint();
    let running = Running::start(command, &["--upstream", &upstream, "--sign", "eu-west-1", "--listen", "0.0.0.0:0"]);
    assert!(
        running.greeting.contains(&format!("passed on to {upstream}, signed for the region eu-west-1\n")),
        "{}",
        running.greeting
    );
    let (code, stderr) = running.end("TERM");
    assert_eq!(code, Some(0));
    assert!(stderr.starts_with("warning: the proxy on 0.0.0.0:0 can be reached from other machines"), "{stderr}");
    assert!(
        stderr.contains(&format!("anyone there can ask {upstream} whatever they like, signed with your credentials\n")),
        "{stderr}"
    );
    assert!(!stderr.contains("hunter2"));
}

/// Only a client that signs learns why it is refused, and only once.
#[tokio::test(flavor = "multi_thread")]
async fn a_signature_for_the_proxys_address_is_explained_once() {
    let endpoint = crate::endpoint::Endpoint::answering("403 Forbidden", b"{}").await;
    let upstream = format!("http://{}", endpoint.address);
    let running = Running::start(proxy(), &["--upstream", &upstream, "--listen", "127.0.0.1:0"]);
    get(&running, "/loader");
    let signed =
        "/loader HTTP/1.1\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0badc0de\r\nX-Rest:";
    for _ in 0..2 {
        assert!(get(&running, signed).starts_with("HTTP/1.1 403 "));
    }
    let (_, stderr) = running.end("TERM");
    assert_eq!((stderr.lines().count(), stderr.matches("let the proxy sign (--sign REGION)").count()), (1, 1), "{stderr}");
    assert!(!stderr.contains("0badc0de"), "{stderr}");
}
