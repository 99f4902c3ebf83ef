//! The program as its users see it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod running;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use neptune_server::ReservedPort;
use rstest::rstest;
use running::{Running, executable, program, text};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

const SCENARIO: &str = include_str!("../server/tests/client/two_loads.yaml");

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// Starts a simulator on any free port.
fn start(arguments: &[&str]) -> Running {
    start_on("127.0.0.1:0", arguments)
}

fn start_on(listen: &str, arguments: &[&str]) -> Running {
    spawn(program(), listen, arguments)
}

fn spawn(command: Command, listen: &str, arguments: &[&str]) -> Running {
    Running::start(command, &[&["--listen", listen], arguments].concat())
}

#[test]
fn the_help_has_examples_and_exit_codes() {
    let output = run(&["--help"]);
    let help = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    for part in [
        "Usage: neptune-sim [OPTIONS] [SCENARIO]",
        "Examples:",
        "neptune-sim my-scenario.yaml",
        "Exit codes:",
        "103",
        "--tls-ca-file",
        "104",
        "NEPTUNE_SIM_LISTEN]",
        "NEPTUNE_SIM_CONTROL]",
        "NEPTUNE_SIM_CLUSTER_PORTS]",
    ] {
        assert!(help.contains(part), "{part} in {help}");
    }
}

/// However few files the process may have open, and however many connections a cluster has: the control API is reached.
#[cfg(unix)]
#[test]
fn connections_to_a_cluster_leave_files_for_the_control_api() {
    let mut command = Command::new("sh");
    command.args(["-c", r#"ulimit -n 256 && exec "$0" "$@""#]).arg(program().get_program());
    let running = spawn(command, "127.0.0.1:0", &["--control", "127.0.0.1:0"]);
    let mut clients: Vec<_> = (0..400).map(|_| TcpStream::connect(running.address()).unwrap()).collect();
    // As many as there is room for are answered, and keep their connections.
    let is_answered = |mut client: &TcpStream| {
        client.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        client.write_all(b"GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        client.read(&mut [0; 1024]).is_ok_and(|count| count > 0)
    };
    let answered = clients.iter().take_while(|client| is_answered(client)).count();
    assert!((50..250).contains(&answered), "{answered}");
    let (_, control) = running.greeting.rsplit_once("http://").unwrap();
    let mut client = TcpStream::connect(control.trim_end().trim_end_matches("/_sim")).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    client.write_all(b"GET /_sim HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("the control API answers");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    // Those that wait are served when others have left.
    clients.drain(..350);
    let last = clients.last_mut().unwrap();
    last.write_all(b"GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    last.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut answer = String::new();
    last.read_to_string(&mut answer).expect("a turn comes");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[rstest]
#[case::program(&["-h"])]
#[case::proxy(&["proxy", "-h"])]
#[case::health(&["health", "-h"])]
#[case::check(&["check", "-h"])]
#[case::test(&["test", "-h"])]
#[case::play(&["play", "-h"])]
fn the_short_help_fits_on_a_screen(#[case] arguments: &[&str]) {
    let output = run(arguments);
    let help = text(&output.stdout);
    let long: Vec<&str> = help.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(long.is_empty() && help.lines().count() <= 24, "{} lines, {long:#?}:\n{help}", help.lines().count());
}

#[rstest]
#[case::without_a_terminal(None, 80)]
#[case::narrow(Some("60"), 60)]
#[case::wide(Some("200"), 100)]
fn help_and_lists_are_wrapped_at_words(#[case] columns: Option<&str>, #[case] most: usize) {
    for arguments in
        [&["--help"][..], &["proxy", "--help"], &["health", "--help"], &["faults"], &["quirks"], &["quirks", "unknown_id"]]
    {
        let mut command = program();
        command.args(arguments).env_remove("COLUMNS");
        columns.map(|columns| command.env("COLUMNS", columns));
        let reported = text(&command.output().unwrap().stdout);
        // What is to be copied, and words, stay whole.
        let is_whole =
            |line: &str| line.starts_with("    neptune-sim ") || line.starts_with("    docker ") || !line.trim().contains(' ');
        let long: Vec<&str> = reported.lines().filter(|line| line.chars().count() > most && !is_whole(line)).collect();
        assert!(long.is_empty(), "{arguments:?}: {long:#?}");
        assert!(reported.lines().any(|line| line.chars().count() > most * 3 / 4), "{arguments:?} leaves the columns unused");
    }
}

// ---- loads without a file ------------------------------------------------------------------------------------

#[test]
fn a_load_needs_no_file() {
    let loads = ["--load", "LOAD_CANCELLED_BY_USER", "--load", "people=LOAD_IN_PROGRESS 1h, LOAD_COMPLETED"];
    let running = Running::start(program(), &[&loads[..], &["--listen", "127.0.0.1:0"]].concat());
    assert!(running.greeting.contains("  people  s3://bucket/people/\n"), "{}", running.greeting);
    for (id, status) in [("load", "LOAD_CANCELLED_BY_USER"), ("people", "LOAD_IN_PROGRESS")] {
        let answer = running.ask(&format!("GET /loader/{id} HTTP/1.1"));
        assert!(answer.contains(&format!("\"status\" : \"{status}\"")), "{id}: {answer}");
    }
}

#[test]
fn a_load_that_cannot_be_is_a_mistake_of_the_command_line() {
    let output = run(&["--load", "LOAD_IN_PROGRES 2s, LOAD_FAILED"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("error: --load: `LOAD_IN_PROGRES 2s`: "), "{}", text(&output.stderr));
}

// ---- checking scenario files -------------------------------------------------------------------------------------------------------

const RIGHT: &str = "name: right\nabout: A cluster\n";

#[test]
fn check_tells_every_mistake_of_every_file_and_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (right, syntax) = (write("right.yaml", RIGHT), write("syntax.yaml", "name: [\n"));
    let shape = write("shape.yml", "nmae: a\nabout: b\ngiven: {instance: replica, loads: {x: {lifecycle: [LOAD_DONE]}}}\n");
    write("inner/.hidden.yaml", "no: scenario\n");
    write("inner/notes.txt", "no scenario");
    write("inner/deep/right.yaml", RIGHT);
    let inner = folder.path().join("inner");

    let well = run(&["check", &right, inner.to_str().unwrap()]);
    assert_eq!((well.status.code(), text(&well.stdout).as_str()), (Some(0), "2 scenario files are right\n"), "{well:?}");

    let output = run(&["check", &syntax, &right, &shape, "/no/such/file.yaml"]);
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(103), ""), "{stderr}");
    for part in [
        "syntax.yaml:1:7",
        "unknown key `nmae`",
        "unknown word `replica`",
        "`LOAD_DONE` is not a documented status",
        "error: cannot read the scenario `/no/such/file.yaml`",
        "\n\n5 mistakes in 3 of 4 scenario files\n",
    ] {
        assert!(stderr.contains(part), "{part} in {stderr}");
    }
    assert!(!stderr.contains('\u{1b}'), "no colours without a terminal: {stderr}");

    let all = text(&run(&["check", folder.path().to_str().unwrap()]).stderr);
    assert!(all.ends_with("4 mistakes in 2 of 4 scenario files\n"), "{all}");
}

#[test]
fn check_wants_files_and_says_so_of_an_empty_folder() {
    let none = run(&["check"]);
    assert_eq!(none.status.code(), Some(2), "{none:?}");
    let folder = tempfile::tempdir().unwrap();
    let empty = run(&["check", folder.path().to_str().unwrap()]);
    let reported = text(&empty.stderr);
    assert_eq!(empty.status.code(), Some(103));
    assert!(reported.starts_with("error: there is no .yaml or .yml file in the folder `"), "{reported}");
}

#[test]
fn a_scenario_that_is_wrong_in_several_ways_is_reported_whole_before_it_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.yaml");
    std::fs::write(&file, "name: wrong one\nabout: Two\ngiven: {regoin: x, loads: {a: {lifecycle: [LOAD_COMPLETE]}}}\n")
        .unwrap();
    let output = run(&["--listen", "127.0.0.1:0", file.to_str().unwrap()]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(103), "{stderr}");
    for part in ["`wrong one` is not a valid name", "unknown key `regoin`", "`LOAD_COMPLETE` is not a documented status"] {
        assert!(stderr.contains(part), "{part} in {stderr}");
    }
}

#[test]
fn a_scenario_without_steps_loses_nothing_and_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.yaml");
    std::fs::write(&file, SCENARIO).unwrap();
    assert_eq!(start(&[file.to_str().unwrap()]).end("TERM"), (Some(0), String::new()));
}

// ---- the environment, and health ---------------------------------------------------------------------------------------------------

#[rstest]
#[case::the_variable_alone(&[], "127.0.0.2")]
#[case::both(&["--listen", "127.0.0.1:0"], "127.0.0.1")]
fn the_environment_says_where_to_listen_unless_the_command_line_does(#[case] arguments: &[&str], #[case] address: &str) {
    let mut command = program();
    command.env("NEPTUNE_SIM_LISTEN", "127.0.0.2:0").env("NEPTUNE_SIM_CONTROL", "off");
    let running = Running::start(command, arguments);
    assert_eq!(running.address().ip().to_string(), address);
    assert!(running.greeting.ends_with("; the control API is off\n"), "{}", running.greeting);
}

#[rstest]
#[case::listen("NEPTUNE_SIM_LISTEN", "'--listen <IP:PORT>'")]
#[case::control("NEPTUNE_SIM_CONTROL", "'--control <IP:PORT|off>'")]
fn a_wrong_variable_is_code_2_and_named(#[case] variable: &str, #[case] option: &str) {
    let output = program().env(variable, "somewhere").output().unwrap();
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(option) && stderr.contains(variable), "{stderr}");
}

#[test]
fn further_clusters_take_the_ports_that_are_theirs() {
    let reserved = ReservedPort::at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let port = reserved.address().port();
    let mut command = program();
    command.env("NEPTUNE_SIM_CLUSTER_PORTS", format!("{port}-{port}"));
    let running = spawn(command, "127.0.0.1:0", &[]);
    let add = |name: &str| {
        let body = format!("name: {name}\nabout: One more");
        running.ask_with(&format!("POST /_sim/clusters HTTP/1.1\r\nContent-Length: {}", body.len()), &body)
    };
    let added = add("a");
    assert!(added.contains(&format!(r#""endpoint":"http://127.0.0.1:{port}""#)), "{added}");
    let refused = add("b");
    assert!(refused.starts_with("HTTP/1.1 409 "), "{refused}");
    assert!(refused.contains(&format!("every port of {port}-{port} is taken")), "{refused}");
    assert!(refused.contains(r#""hint":"DELETE /_sim/clusters/{name} gives a port back; `--cluster-ports`"#), "{refused}");
    running.ask("DELETE /_sim/clusters/a HTTP/1.1");
    assert!(add("b").starts_with("HTTP/1.1 201 "));
}

/// Runs `health` for these addresses, and returns exit code, stdout and stderr.
fn health(listen: &str, control: &str) -> (Option<i32>, String, String) {
    let mut command = program();
    let output = command.args(["health", "--listen", listen]).env("NEPTUNE_SIM_CONTROL", control).output().unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn health_is_0_while_it_runs_whatever_its_cluster_does_and_1_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("refused.yaml");
    std::fs::write(&file, "name: gone\nabout: No server listens\ngiven:\n  neptune: refused\n").unwrap();
    let running = start(&["--control", "127.0.0.1:0", file.to_str().unwrap()]);
    let (_, control) = running.greeting.rsplit_once("http://").unwrap();
    let control = control.trim_end().trim_end_matches("/_sim").to_owned();
    let listen = running.address().to_string();
    let everywhere = control.replace("127.0.0.1", "0.0.0.0");
    let well = format!("healthy: the control API answers on {control}\n");
    assert_eq!(health(&listen, &everywhere), (Some(0), well, String::new()));
    let (code, _, stderr) = health(&listen, "off");
    assert_eq!(code, Some(1));
    assert!(stderr.starts_with(&format!("unhealthy: {listen}: Connection refused")), "{stderr}");
    running.end("TERM");
    let (code, _, stderr) = health(&listen, &control);
    assert_eq!((code, stderr.lines().count()), (Some(1), 1));
    assert!(stderr.starts_with(&format!("unhealthy: {control}: Connection refused")), "{stderr}");
}

#[rstest]
#[case::a_port_that_is_shared(&[], &[], "healthy: the control API answers on ADDRESS\n")]
#[case::without_a_control_api(&["--control", "off"], &["--control", "off"], "healthy: ADDRESS takes connections\n")]
#[case::tls_on_a_shared_port(&["--tls-ca-file", "FOLDER/ca.pem"], &[], "healthy: ADDRESS speaks TLS\n")]
fn health_needs_no_more_than_the_same_addresses(#[case] arguments: &[&str], #[case] asked: &[&str], #[case] reported: &str) {
    let folder = tempfile::tempdir().unwrap();
    let arguments: Vec<_> = arguments.iter().map(|part| part.replace("FOLDER", folder.path().to_str().unwrap())).collect();
    let running = start(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let (_, listen) = running.greeting.lines().next().unwrap().rsplit_once("//").unwrap();
    let output = program().args(["health", "--listen", listen]).args(asked).output().unwrap();
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), reported.replace("ADDRESS", listen)), "{output:?}");
}

#[test]
fn health_gives_up_on_whoever_says_nothing() {
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = mute.local_addr().unwrap().to_string();
    let reported = format!("unhealthy: {address} did not answer within 2 s\n");
    assert_eq!(health("127.0.0.1:0", &address), (Some(1), String::new(), reported));
}

#[test]
fn health_wants_to_know_the_port() {
    let reported = "unhealthy: port 0 means any free port: give the simulator a fixed one, with --listen or --control\n";
    assert_eq!(health("127.0.0.1:0", "off"), (Some(1), String::new(), reported.to_owned()));
}

// ---- the command line --------------------------------------------------------------------------------------------------------------

#[rstest]
#[case::unknown_option(&["--port", "1"], "unexpected argument '--port'")]
#[case::odd_start_of_a_clock(&["--start-clock", "later"], "`later` is no start of a clock: write `at-once` or `on-request`")]
#[case::odd_clock(&["--clock", "sundial"], "`sundial` is not a clock: write `real`, `scaled:60` (60 times as fast, 1 or more) or `manual`")]
#[case::odd_duration(&["--load-duration", "5"], "`5` has no unit: write `5s` if you mean seconds")]
#[case::a_host_name(&["--listen", "neptune.example:8182"], "write an IP address and a port, `127.0.0.1:8182` or `localhost:8182`")]
#[case::a_word_that_is_no_number(&["--listen", "localhost:http"], "write an IP address and a port, `127.0.0.1:8182` or `localhost:8182`")]
#[case::odd_address(&["--listen", "8182"], "invalid value '8182' for '--listen <IP:PORT>'")]
#[case::ports_in_the_wrong_order(
    &["--cluster-ports", "8215-8200"],
    "'--cluster-ports <FIRST-LAST>': `8215-8200` is no range of ports: write the first and the last, `8200-8215`"
)]
#[case::an_odd_place(&["--control", "no"], "write an address such as `127.0.0.1:8183`, or `off`")]
#[case::a_certificate_without_a_key(&["--tls-cert", "a.pem"], "--tls-key <FILE>")]
#[case::a_key_without_a_certificate(&["--tls-key", "a.key"], "--tls-cert <FILE>")]
#[case::two_ways_to_a_certificate(
    &["--tls-cert", "a.pem", "--tls-key", "a.key", "--tls-ca-file", "ca.pem"],
    "'--tls-cert <FILE>' cannot be used with '--tls-ca-file <FILE>'"
)]
#[case::a_name_for_nothing(&["--tls-name", "neptune.example"], "--tls-ca-file <FILE>")]
fn a_wrong_command_line_is_code_2(#[case] arguments: &[&str], #[case] message: &str) {
    let output = run(arguments);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(message), "{stderr}");
}

#[test]
fn a_taken_port_is_code_102_and_names_address_and_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["--listen", &address]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(102), "{stderr}");
    assert!(stderr.contains(&format!("cannot listen on {address}")), "{stderr}");
    assert!(stderr.contains("perhaps another neptune-sim: end it (Ctrl-C where it runs)"), "{stderr}");
    assert!(stderr.contains("--listen 127.0.0.1:PORT"), "{stderr}");
}

#[test]
fn an_address_of_another_machine_is_code_102_and_reported_from_a_taken_port() {
    let output = run(&["--listen", "192.0.2.7:8182"]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(102), "{stderr}");
    assert!(stderr.contains("this machine has no address 192.0.2.7: "), "{stderr}");
}

#[test]
fn localhost_is_an_address_to_listen_on() {
    let running = start_on("localhost:0", &["--control", "localhost:0"]);
    assert!(running.greeting.contains(" listens on http://127.0.0.1:"), "{}", running.greeting);
    assert!(running.ask("GET /status HTTP/1.1").starts_with("HTTP/1.1 200 OK"));
}

#[rstest]
#[case::near("falts", "hint: did you mean the command `faults`?\n")]
#[case::another("quirk", "hint: did you mean the command `quirks`?\n")]
#[case::turned_round("chekc", "hint: did you mean the command `check`?\n")]
#[case::far(
    "serve",
    "hint: it is neither a file nor a command: the commands are check-poller, check-data, test, play, proxy, scenario, view, check, health, schema, faults, quirks\n"
)]
fn a_mistyped_command_is_not_just_a_file_that_is_missing(#[case] word: &str, #[case] hint: &str) {
    let output = run(&[word]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(103), "{stderr}");
    assert!(stderr.starts_with(&format!("error: cannot read the scenario `{word}`: ")) && stderr.ends_with(hint), "{stderr}");
}

#[rstest]
#[case::quirk(&["quirk", "unknown_id"], "did you mean the command `quirks`?")]
#[case::fault(&["falts", "blip-500"], "did you mean the command `faults`?")]
#[case::chek(&["chek", "x.yaml"], "did you mean the command `check`?")]
#[case::nothing_near(&["serve", "x.yaml", "y.yaml"], "it is neither a file nor a command: the commands are check-poller,")]
fn a_mistyped_command_with_arguments_gets_the_nearest_name(#[case] arguments: &[&str], #[case] reported: &str) {
    let output = run(arguments);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.starts_with(&format!("error: {reported}")), "{stderr}");
}

#[test]
fn a_wrong_argument_of_a_command_is_reported_as_such() {
    let stderr = text(&run(&["faults", "--oops"]).stderr);
    assert!(stderr.contains("unexpected argument '--oops'"), "{stderr}");
}

#[test]
fn a_file_that_is_missing_is_no_command() {
    let stderr = text(&run(&["fault.yaml"]).stderr);
    assert!(!stderr.contains("command"), "{stderr}");
}

#[rstest]
#[case::faults(&["faults", "blip500"], "error: there is no ready-made fault `blip500`\nhint: did you mean `blip-500`?\n")]
#[case::quirks(&["quirks", "unknwon_id"], "error: there is no quirk `unknwon_id`\nhint: did you mean `unknown_id`?\n")]
fn a_mistyped_name_gets_the_nearest_one(#[case] arguments: &[&str], #[case] reported: &str) {
    let output = run(arguments);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(2), reported));
}

#[rstest]
#[case::absent(None)]
#[case::wrong(Some("name: [\n"))]
fn a_bad_scenario_is_code_103_and_names_the_file(#[case] content: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.yaml");
    if let Some(content) = content {
        std::fs::write(&file, content).unwrap();
    }
    let output = run(&["--listen", "127.0.0.1:0", file.to_str().unwrap()]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(103), "{stderr}");
    assert!(stderr.contains("bad.yaml"), "{stderr}");
}

#[rstest]
#[case::no_such_certificate(&["--tls-cert", "absent.pem", "--tls-key", "absent.key"], "error: cannot read absent.pem: ")]
#[case::no_folder_for_the_ca(&["--tls-ca-file", "/absent/ca.pem"], "error: cannot write /absent/ca.pem: ")]
#[case::an_odd_name(&["--tls-ca-file", "/absent/ca.pem", "--tls-name", "a b"], "error: `a b` cannot stand in a certificate: ")]
fn a_bad_file_for_tls_is_code_104_and_named(#[case] arguments: &[&str], #[case] message: &str) {
    let output = run(&[&["--listen", "127.0.0.1:0"], arguments].concat());
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(104), ""), "{stderr}");
    assert!(stderr.starts_with(message), "{stderr}");
}

#[test]
fn with_a_name_the_lines_to_try_use_it_and_are_served_in_strict_mode() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let path = path.to_str().unwrap();
    let running = start(&["--strict", "--tls-ca-file", path, "--tls-name", "*.example", "--tls-name", "neptune.example"]);
    let (port, greeting) =
        (running.greeting.split_once("127.0.0.1:").unwrap().1.split('\n').next().unwrap(), &running.greeting);
    let tried = greeting.split_once("Try it:\n").unwrap().1;
    for part in [
        format!(" https://neptune.example:{port}/loader\n"),
        format!("AWS_ENDPOINT_URL_NEPTUNEDATA=https://neptune.example:{port} \\\n"),
        "# boto3 needs an entry in /etc/hosts: 127.0.0.1 neptune.example\n".to_owned(),
    ] {
        assert!(tried.contains(&part), "{part} in {greeting}");
    }
    assert!(greeting.lines().all(|line| line.len() <= 80 || line.contains(path)), "{greeting}");
    let line = tried.split_once("  # boto3").unwrap().0;
    let output = Command::new("sh").args(["-c", line]).output().unwrap();
    assert!(text(&output.stdout).contains(r#""loadIds""#), "{line}{}", text(&output.stdout));
}

#[test]
fn with_tls_the_lines_to_try_trust_the_new_ca() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let path = file.to_str().unwrap();
    let running = start(&["--tls-ca-file", path]);
    assert!(running.greeting.contains(" listens on https://127.0.0.1:"), "{}", running.greeting);
    for part in [&format!("curl -s --cacert {path} https://"), &format!("AWS_CA_BUNDLE={path} \\\n")] {
        assert!(running.greeting.contains(part), "{part} in {}", running.greeting);
    }
    let pem = std::fs::read_to_string(file).unwrap();
    assert!(pem.contains("-----BEGIN CERTIFICATE-----") && !pem.contains("PRIVATE"), "{pem}");
    assert_eq!(running.end("TERM"), (Some(0), String::new()));
}

#[test]
fn a_clock_that_starts_with_the_first_request_says_so_and_reads_0_until_then() {
    let running = start(&["--clock", "scaled:1000000000", "--start-clock", "on-request"]);
    let reported = "cluster `default`, clock scaled:1000000000 from the first request on, seed 0";
    assert!(running.greeting.contains(reported), "{}", running.greeting);
    let clock = || running.ask("GET /_sim/clusters/default/clock HTTP/1.1");
    for _ in 0..3 {
        let read = clock();
        assert!(read.contains(r#""now":0.0,"now_text":"0s","waits_for_request":true"#), "{read}");
    }
    running.ask("GET /loader HTTP/1.1");
    let read = clock();
    assert!(read.contains(r#""waits_for_request":false"#) && !read.contains(r#""now":0.0"#), "{read}");
}

#[test]
fn the_schema_is_json() {
    let output = run(&["schema"]);
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(schema["$schema"].is_string());
}

#[rstest]
#[case::terminate("TERM")]
#[case::interrupt("INT")]
fn a_signal_ends_it_cleanly_even_while_clients_are_connected(#[case] signal: &str) {
    let running = start(&[]);
    let idle = TcpStream::connect(running.address()).unwrap();
    assert!(running.ask("GET /status HTTP/1.1").starts_with("HTTP/1.1 200 OK"));
    assert_eq!(running.end(signal), (Some(0), String::new()));
    drop(idle);
}

#[test]
fn the_end_of_stdin_ends_it_cleanly_if_that_is_wanted() {
    let mut command = program();
    command.stdin(Stdio::piped());
    let mut running = spawn(command, "127.0.0.1:0", &["--end-with-stdin"]);
    assert!(running.ask("GET /status HTTP/1.1").starts_with("HTTP/1.1 200 OK"));
    drop(running.child.stdin.take());
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
}

#[test]
fn without_a_scenario_loads_run_and_complete() {
    let running = start(&["--load-duration", "7s", "--clock", "manual", "--seed", "3"]);
    assert!(running.greeting.contains("cluster `default`, clock manual, seed 3"), "{}", running.greeting);
    assert!(running.greeting.contains("no loads yet"), "{}", running.greeting);
    let query = "source=s3%3A%2F%2Fb%2F&format=csv&iamRoleArn=r&region=us-east-1";
    assert!(running.ask(&format!("POST /loader?{query} HTTP/1.1")).starts_with("HTTP/1.1 200 OK"));
    let description = running.ask("GET /_sim/clusters/default HTTP/1.1");
    assert!(description.contains(r#""ahead":[{"at":7.0,"status":"LOAD_COMPLETED"}]"#), "{description}");
}

#[test]
fn with_a_scenario_it_tells_the_loads_and_lines_to_try() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.yaml");
    std::fs::write(&file, SCENARIO).unwrap();
    let running = start(&[file.to_str().unwrap()]);
    let endpoint = format!("http://{}", running.address());
    for part in [
        "cluster `two-loads`, clock real",
        "  domain-quick  s3://bucket/domain/\n    LOAD_IN_PROGRESS at 0s; then LOAD_COMPLETED at 2s\n",
        "  prov-slow  s3://bucket/prov/\n",
        &format!("  curl -s {endpoint}/loader/domain-quick\n"),
        &format!("AWS_ENDPOINT_URL_NEPTUNEDATA={endpoint} "),
        "get_loader_job_status(\n  loadId=\"domain-quick\")",
    ] {
        assert!(running.greeting.contains(part), "{part} in {}", running.greeting);
    }
    let long: Vec<&str> = running.greeting.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(long.is_empty(), "a terminal would break {long:#?}");
    assert!(running.ask("GET /loader/domain-quick HTTP/1.1").contains("LOAD_"));
}

#[test]
fn verbose_tells_every_request_but_no_secrets() {
    let running = start(&["--verbose"]);
    running.ask("GET /loader/x?X-Amz-Signature=0badc0de HTTP/1.1");
    let (code, stderr) = running.end("TERM");
    assert_eq!(code, Some(0));
    assert!(stderr.contains("/loader/x") && stderr.contains("404"), "{stderr}");
    assert!(!stderr.contains("0badc0de"), "{stderr}");
}

#[test]
fn verbose_tells_what_is_wrong_with_a_signature() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys.yaml");
    std::fs::write(&keys, "keys: [{id: AKIDEXAMPLE, secret: hunter2}]\n").unwrap();
    let running = start(&["--verbose", "--iam", keys.to_str().unwrap()]);
    let scope = "AKIDEXAMPLE/20260101/us-east-1/neptune-db/aws4_request";
    let signed = format!("Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0badc0de");
    let answer = running.ask(&format!("GET /loader HTTP/1.1\r\nX-Amz-Date: 20260101T000000Z\r\n{signed}"));
    assert!(answer.contains("Signature expired: 20260101T000000Z"), "{answer}");
    let (_, stderr) = running.end("TERM");
    let reported = "hint=\"the request is signed at 20260101T000000Z, and the cluster's clock reads ";
    assert!(stderr.contains(reported), "{stderr}");
    assert!(stderr.contains(r#"canonical_request="GET\n/loader\n\nhost:localhost\n\nhost\n"#), "{stderr}");
    assert!(!stderr.contains("hunter2") && !stderr.contains("0badc0de"), "{stderr}");
}

#[test]
fn verbose_tells_the_simulated_time_and_what_was_said_of_the_load() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cancelled.yaml");
    let lifecycle = "lifecycle: [LOAD_IN_PROGRESS 30s, LOAD_CANCELLED_BY_USER]";
    std::fs::write(&file, format!("name: c\nabout: It ends\ngiven:\n  loads:\n    people: {{{lifecycle}}}\n")).unwrap();
    let running = start(&["--verbose", "--clock", "manual", file.to_str().unwrap()]);
    running.ask("GET /loader/people HTTP/1.1");
    let body = r#"{"advance": "30s"}"#;
    let head = "POST /_sim/clusters/c/clock HTTP/1.1\r\nContent-Type: application/json";
    running.ask_with(&format!("{head}\r\nContent-Length: {}", body.len()), body);
    running.ask("GET /loader/people HTTP/1.1");
    let body = r#"{"advance": "1500ms"}"#;
    running.ask_with(&format!("{head}\r\nContent-Length: {}", body.len()), body);
    running.ask("GET /loader/people HTTP/1.1");
    running.ask("GET /status HTTP/1.1");
    let (_, stderr) = running.end("TERM");
    for part in [
        r#" 0s GET /loader/people 200 LOAD_IN_PROGRESS cluster="c""#,
        r#" 30s GET /loader/people 200 LOAD_CANCELLED_BY_USER (ended 0 s ago) cluster="c""#,
        r#" 31.5s GET /loader/people 200 LOAD_CANCELLED_BY_USER (ended 1.5 s ago) cluster="c""#,
        "31.5s GET /status 200 cluster=\"c\"\n",
    ] {
        assert!(stderr.contains(part), "{part} in {stderr}");
    }
}

/// Two requests each, on connections that all stay open: more than a process may usually have unless it asks for it.
#[test]
fn a_thousand_pollers_are_served_at_once() {
    let file_limit = getrlimit(Resource::Nofile);
    let enough = file_limit.maximum.map_or(2000, |maximum| maximum.min(2000));
    setrlimit(Resource::Nofile, Rlimit { current: file_limit.current.map(|now| now.max(enough)), ..file_limit }).unwrap();
    let mut few_files = Command::new("sh");
    few_files.args(["-c", r#"ulimit -S -n 256 && exec "$0" "$@""#]).arg(executable()).env_remove("RUST_LOG");
    let running = spawn(few_files, "127.0.0.1:0", &[]);

    let mut pollers: Vec<_> = (0..1000).map(|_| TcpStream::connect(running.address()).unwrap()).collect();
    for poller in &pollers {
        poller.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    }
    for _ in 0..2 {
        for poller in &mut pollers {
            poller.write_all(b"GET /loader HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        }
        for poller in &mut pollers {
            let mut answer = [0; 1024];
            let count = poller.read(&mut answer).unwrap();
            assert!(answer[..count].starts_with(b"HTTP/1.1 200 OK\r\n"), "{}", text(&answer[..count]));
        }
    }
    assert_eq!(running.end("TERM"), (Some(0), String::new()));
}

#[test]
fn listening_for_strangers_is_warned_about_and_leaves_the_control_api_to_this_machine() {
    let running = start_on("0.0.0.0:0", &[]);
    let port = running.address().port();
    assert!(running.greeting.contains("See what goes on: curl -s http://127.0.0.1:"), "{}", running.greeting);
    assert!(running.greeting.contains("\nWatch it in a browser: http://127.0.0.1:"), "{}", running.greeting);
    assert!(!running.greeting.contains(&format!("127.0.0.1:{port}/_sim")), "{}", running.greeting);
    let (code, stderr) = running.end("TERM");
    assert_eq!(code, Some(0));
    assert!(stderr.starts_with("warning: the cluster on 0.0.0.0:"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn a_control_api_for_strangers_is_warned_about() {
    let running = start(&["--control", "0.0.0.0:0"]);
    let (code, stderr) = running.end("TERM");
    assert_eq!(code, Some(0));
    assert!(stderr.starts_with("warning: the control API on 0.0.0.0:"), "{stderr}");
}

#[test]
fn the_control_api_can_be_switched_off() {
    let running = start(&["--control", "off"]);
    assert!(
        running.greeting.ends_with("See what goes on: start it with --verbose; the control API is off\n"),
        "{}",
        running.greeting
    );
    assert!(running.ask("GET /_sim HTTP/1.1").starts_with("HTTP/1.1 400 "));
}

#[test]
fn a_taken_port_for_the_control_api_is_reported_with_its_option() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["--listen", "127.0.0.1:0", "--control", &address]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(102), "{stderr}");
    assert!(stderr.contains(&format!("cannot listen on {address}")) && stderr.contains("--control 127.0.0.1:PORT"), "{stderr}");
}

#[test]
fn an_s3_server_comes_from_a_file_and_its_secret_stays_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s3.yaml");
    let path = file.to_str().unwrap().to_owned();
    std::fs::write(&file, "{endpoint: 'http://127.0.0.1:5000', access_key_id: AKIDEXAMPLE, secret_access_key: hunter2}\n")
        .unwrap();
    let running = start(&["--s3", &path]);
    let reported = "loads read their sources from http://127.0.0.1:5000\n";
    assert!(running.greeting.contains(reported) && !running.greeting.contains("hunter2"), "{}", running.greeting);

    std::fs::write(
        &file,
        "{endpoint: 'http://127.0.0.1:5000/hunter2', access_key_id: AKIDEXAMPLE, secret_access_key: hunter2}\n",
    )
    .unwrap();
    let output = run(&["--s3", &path]);
    let reported = text(&output.stderr);
    assert_eq!(output.status.code(), Some(103), "{reported}");
    assert!(reported.contains("scheme, host and port: write `http://127.0.0.1:5000`\nhint: write `endpoint: "), "{reported}");
    assert!(reported.starts_with(&format!("error: {path}: line 1")) && !reported.contains("hunter2"), "{reported}");
}

#[rstest]
#[case::unasked(&[], &[], 403)]
#[case::by_an_option(&["--allow-remote-s3"], &[], 201)]
#[case::by_the_environment(&[], &[("NEPTUNE_SIM_ALLOW_REMOTE_S3", "true")], 201)]
fn posted_scenarios_name_s3_servers_elsewhere_only_if_they_are_permitted_to(
    #[case] arguments: &[&str],
    #[case] environment: &[(&str, &str)],
    #[case] status: u16,
) {
    let mut command = program();
    command.envs(environment.iter().copied());
    let running = spawn(command, "127.0.0.1:0", arguments);
    let s3 = "{endpoint: 'http://192.0.2.7:9000', access_key_id: AKIDEXAMPLE, secret_access_key: made-up}";
    let scenario = format!("name: posted\nabout: x\ngiven: {{s3: {s3}}}\n");
    let head = format!("POST /_sim/clusters HTTP/1.1\r\nContent-Length: {}", scenario.len());
    let answer = running.ask_with(&head, &scenario);
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
}

#[test]
fn keys_come_from_a_file_and_their_secrets_stay_there() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys.yaml");
    let path = keys.to_str().unwrap().to_owned();
    std::fs::write(&keys, "keys: [{id: AKIDEXAMPLE, secret: hunter2}]\n").unwrap();
    let running = start(&["--iam", &path, "--strict"]);
    let reported = "requests must be signed for the region us-east-1 with one of the keys: AKIDEXAMPLE\nstrict mode: ";
    assert!(running.greeting.contains(reported), "{}", running.greeting);
    assert!(!running.greeting.contains("hunter2"), "{}", running.greeting);
    let line = "curl -s --aws-sigv4 aws:amz:us-east-1:neptune-db \\\n  -u AKIDEXAMPLE:'<its secret>' http://127.0.0.1:";
    assert!(running.greeting.contains(line), "{}", running.greeting);
    let line = "AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY='<its secret>' \\\n  python3";
    assert!(running.greeting.contains(line), "{}", running.greeting);

    std::fs::write(&keys, "keys: [{id: AKIDEXAMPLE, secrt: hunter2}]\n").unwrap();
    let output = run(&["--iam", &path]);
    let expected = format!(
        "error: {path}: line 1 column 26: unknown field `secrt`, expected one of id, secret, session_token, user, allow\n\
         hint: write `keys: [{{id: ..., secret: ...}}]`\n"
    );
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(103), expected));
    std::fs::write(&keys, "").unwrap();
    let empty = run(&["--iam", &path]);
    assert_eq!(empty.status.code(), Some(103));
    assert!(
        text(&empty.stderr).contains("there is no key in it, so no request could be signed\nhint: "),
        "{}",
        text(&empty.stderr)
    );
    let absent = run(&["--iam", "/no/such/file"]);
    assert_eq!(absent.status.code(), Some(103));
    assert!(text(&absent.stderr).starts_with("error: cannot read /no/such/file: "), "{}", text(&absent.stderr));
}

#[test]
fn faults_of_a_scenario_are_reported_at_the_start_and_those_that_never_fired_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faulty.yaml");
    let faults =
        "[{use: blip-500}, {name: never, on: {operation: cancel}, does: reset}, {from: 1h, optional: true, does: refuse}]";
    std::fs::write(&file, format!("name: faulty\nabout: It has faults\ngiven:\n  faults: {faults}\n")).unwrap();
    let running = start(&[file.to_str().unwrap()]);
    assert!(running.greeting.contains("faults: blip-500, never, refuse\n"), "{}", running.greeting);
    let control = running.greeting.lines().last().unwrap();
    assert!(!control.contains(&running.address().to_string()), "the control API must survive the port: {control}");
    assert!(running.ask("GET /status HTTP/1.1").starts_with("HTTP/1.1 500"));
    let (code, stderr) = running.end("TERM");
    assert_eq!((code, stderr.as_str()), (Some(0), "warning: the fault `never` never fired: no request matched it\n"));
}

#[test]
fn a_scenario_that_speaks_tls_wants_to_know_where_to_write_the_ca() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secure.yaml");
    std::fs::write(&file, "name: secure\nabout: It speaks TLS\ngiven:\n  tls: true\n").unwrap();
    let output = run(&[file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(104));
    let expected = "error: the scenario's cluster speaks TLS\nhint: say with --tls-ca-file FILE where to write the CA that its clients must \
        trust\n";
    assert_eq!(text(&output.stderr), expected);
}

#[test]
fn faults_are_reported_and_an_unknown_one_is_code_2() {
    let all = run(&["faults"]);
    assert_eq!(all.status.code(), Some(0));
    assert!(text(&all.stdout).contains("gateway-502-html"), "{}", text(&all.stdout));
    let unknown = run(&["faults", "weather"]);
    assert_eq!(unknown.status.code(), Some(2));
    let expected = "error: there is no ready-made fault `weather`\nhint: `neptune-sim faults` lists them all\n";
    assert_eq!(text(&unknown.stderr), expected);
}

#[test]
fn quirks_are_reported_and_an_unknown_one_is_code_2() {
    let all = run(&["quirks"]);
    assert_eq!(all.status.code(), Some(0));
    assert!(text(&all.stdout).contains("\nunknown_id\n  What reading an unknown load answers.\n"), "{}", text(&all.stdout));
    let unknown = run(&["quirks", "weather"]);
    let expected = "error: there is no quirk `weather`\nhint: `neptune-sim quirks` lists them all\n";
    assert_eq!((unknown.status.code(), text(&unknown.stderr)), (Some(2), expected.to_owned()));
}

/// The folder of this package, in the checkout in which cargo runs the test.
fn package() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test"))
}

#[test]
fn a_recording_becomes_a_page_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("session.ndjson");
    std::fs::copy(package().join("examples/first-minute/session.ndjson"), &recording).unwrap();
    let output = run(&["view", recording.to_str().unwrap()]);
    let page = recording.with_extension("html");
    assert_eq!(
        (output.status.code(), text(&output.stdout)),
        (Some(0), format!("{}\n", page.display())),
        "{}",
        text(&output.stderr)
    );
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("Recording session") && html.contains("LOAD_CANCELLED_BY_USER"), "{}", html.len());
}

#[rstest]
#[case::no_recording("Cargo.toml", 103, "Cargo.toml: this is no recording")]
#[case::no_file("nowhere.ndjson", 103, "cannot read nowhere.ndjson")]
fn what_cannot_be_viewed_says_why(#[case] file: &str, #[case] code: i32, #[case] expected: &str) {
    let output = program().args(["view", file]).current_dir(package()).output().unwrap();
    assert_eq!(output.status.code(), Some(code));
    assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
}
