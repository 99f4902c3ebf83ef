//! Hostile input: every such answer, event and id ends in a clear answer or a named error.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use handlers::{StatusError, check, status};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::sync::mpsc::unbounded_channel;

use crate::process::call_once;
use crate::server::{Answer, Server, http, load};
use crate::setup::{KEYS, both, call, config, get};

const MIB: usize = 1024 * 1024;

/// What `get_load_status` raises.
async fn raised(server: &Server, more: &[(&str, &str)]) -> StatusError {
    status::handle(call(config(server.port, more), json!({"load_job_id": "x"}))).await.unwrap_err()
}

/// What `check_bulk_load_status` answers.
async fn checked(server: &Server, more: &[(&str, &str)]) -> Value {
    check::handle(call(config(server.port, more), both())).await.unwrap()
}

fn envelope(payload: &str) -> Vec<u8> {
    format!(r#"{{"status":"200 OK","payload":{payload}}}"#).into_bytes()
}

fn bytes(head: &str, body: &[u8]) -> Answer {
    let head = format!("HTTP/1.1 {head}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    Answer::Bytes([head.as_bytes(), body].concat())
}

#[rstest]
#[case::a_list_of_loads(envelope(r#"{"loadIds":["x"]}"#))]
#[case::payload_is_null(envelope("null"))]
#[case::payload_is_a_list(envelope("[]"))]
#[case::no_payload(br#"{"status":"200 OK"}"#.to_vec())]
#[case::overall_status_is_null(envelope(r#"{"overallStatus":null}"#))]
#[case::overall_status_is_a_text(envelope(r#"{"overallStatus":"LOAD_COMPLETED"}"#))]
#[case::overall_status_is_a_list(envelope(r#"{"overallStatus":[{"status":"LOAD_COMPLETED"}]}"#))]
#[case::status_is_null(envelope(r#"{"overallStatus":{"status":null}}"#))]
#[case::status_is_a_number(envelope(r#"{"overallStatus":{"status":200}}"#))]
#[case::status_is_empty(envelope(r#"{"overallStatus":{"status":""}}"#))]
#[case::an_array(b"[]".to_vec())]
#[case::a_number(b"200".to_vec())]
#[case::a_text(br#""200 OK""#.to_vec())]
#[case::null(b"null".to_vec())]
#[case::nothing(Vec::new())]
#[case::half_an_envelope(br#"{"status":"200 OK","payload":{"overallStatus":{"status":"LOAD_COMPLETED""#.to_vec())]
#[case::two_envelopes([envelope(r#"{"overallStatus":{"status":"LOAD_COMPLETED"}}"#), envelope("{}")].concat())]
#[case::no_utf_8(envelope("{\"overallStatus\":{\"status\":\"LOAD_\u{1}\"}}").into_iter().map(|byte| if byte == 1 { 0xff } else { byte }).collect())]
#[case::half_a_character(envelope(r#"{"overallStatus":{"status":"\ud800"}}"#))]
#[case::very_deep(envelope(&"[".repeat(100_000)))]
#[case::very_deep_and_closed(envelope(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))))]
#[case::a_number_beyond_all(envelope(r#"{"overallStatus":{"status":"LOAD_COMPLETED","totalRecords":1e999}}"#))]
#[case::zeros(vec![0; 1000])]
#[tokio::test]
async fn a_200_that_is_no_status_is_a_bad_response(#[case] body: Vec<u8>) {
    let server = Server::start(move |_| bytes("200 OK\r\n", &body));
    let error = raised(&server, &[]).await;
    assert_eq!(error.name.as_str(), "NeptuneBadResponse", "{}", error.message);
    assert!(
        error.message.starts_with("load id `x` could not be read: Neptune's answer ") && error.message.len() < 500,
        "{error:?}"
    );
    assert!(!error.message.contains(char::is_control), "{error:?}");
    let answer = checked(&server, &[]).await;
    assert_eq!(
        (&answer["status"], &answer["error_type"], &answer["retryable"], &answer["domain_status"]),
        (&json!("FAILED"), &json!("NeptuneBadResponse"), &json!(false), &json!("UNKNOWN"))
    );
    assert_eq!(server.seen().len(), 3, "asking again would not help");
}

#[rstest]
#[case::the_last_of_two_equal_keys(r#"{"overallStatus":{"status":"LOAD_FAILED","status":"LOAD_COMPLETED"}}"#)]
#[case::a_whole_number_beyond_64_bits(
    r#"{"overallStatus":{"status":"LOAD_COMPLETED","totalRecords":99999999999999999999999}}"#
)]
#[case::a_count_below_zero(r#"{"overallStatus":{"status":"LOAD_COMPLETED","totalRecords":-1}}"#)]
#[case::fields_of_other_kinds(r#"{"overallStatus":{"status":"LOAD_COMPLETED"},"failedFeeds":5,"errors":{"errorLogs":"x"}}"#)]
#[tokio::test]
async fn a_status_among_oddities_counts(#[case] payload: &str) {
    let body = envelope(payload);
    let server = Server::start(move |_| bytes("200 OK\r\n", &body));
    assert_eq!(get(server.port, "x").await.unwrap()["payload"]["overallStatus"]["status"], "LOAD_COMPLETED");
    assert_eq!(checked(&server, &[]).await["status"], "SUCCESS");
}

#[tokio::test]
async fn an_error_in_a_200_goes_by_its_code() {
    let body = r#"{"code":"ThrottlingException","detailedMessage":"Rate exceeded","requestId":"r"}"#;
    let server = Server::start(move |request| if request.index == 0 { http(200, body) } else { load("LOAD_COMPLETED") });
    get(server.port, "x").await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[rstest]
#[case::answered("200 OK", "NeptuneBadResponse", 1)]
#[case::by_a_gateway("503 Service Unavailable", "NeptuneUnavailable", 3)]
#[tokio::test]
async fn a_body_packed_unasked_is_reported(#[case] head: &'static str, #[case] name: &str, #[case] requests: usize) {
    // What gzip makes of an empty text; nothing unpacks it, so what it holds does not matter.
    let packed = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let server = Server::start(move |_| bytes(&format!("{head}\r\ncontent-encoding: gzip\r\n"), &packed));
    let error = raised(&server, &[]).await;
    assert_eq!(error.name.as_str(), name);
    assert!(error.message.contains("is encoded as `gzip`, which the request does not accept"), "{}", error.message);
    let seen = server.seen();
    assert_eq!(seen.len(), requests);
    assert!(seen.iter().all(|request| !request.headers.contains_key("accept-encoding")), "{seen:#?}");
}

#[tokio::test]
async fn ten_thousand_errors_are_cut_or_counted() {
    let log =
        json!({"errorCode": "PARSING_ERROR", "errorMessage": "x".repeat(200), "fileName": "s3://b/f.csv", "recordNum": 7});
    let logs = vec![log; 10_000];
    let body =
        json!({"status": "200 OK", "payload": {"overallStatus": {"status": "LOAD_FAILED"}, "errors": {"errorLogs": logs}}});
    let server = Server::start(move |_| http(200, &body.to_string()));
    let answer = get(server.port, "x").await.unwrap();
    assert!(answer.to_string().len() <= status::MAX_ANSWER_BYTES);
    assert_eq!(answer["truncated"]["errorLogs"]["of"], 10_000);
    let answer = checked(&server, &[]).await;
    assert_eq!(answer["error_type"], "LoadFailed");
    let error = answer["error"].as_str().unwrap();
    assert!(error.contains("and 9997 more") && error.len() <= check::MAX_ERROR_BYTES, "{error}");
}

#[rstest]
#[case::with_length(format!("200 OK\r\ncontent-length: {}\r\n\r\n", 50 * MIB), "NeptuneBadResponse")]
#[case::without_length("200 OK\r\nconnection: close\r\n\r\n".to_owned(), "NeptuneBadResponse")]
#[case::in_one_chunk(format!("200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n", 50 * MIB), "NeptuneBadResponse")]
#[case::of_a_gateway("404 Not Found\r\nconnection: close\r\n\r\n".to_owned(), "NeptuneBadResponse")]
#[tokio::test]
async fn of_fifty_mebibytes_only_the_beginning_is_taken(#[case] head: String, #[case] name: &str) {
    let (reported, mut sent) = unbounded_channel();
    let server = Server::start(move |_| Answer::Flood(format!("HTTP/1.1 {head}").into_bytes(), 50 * MIB, reported.clone()));
    let error = raised(&server, &[]).await;
    assert_eq!(error.name.as_str(), name, "{}", error.message);
    let sent = sent.recv().await.unwrap();
    // Beside the 4 that are read, the system fills its buffers on both sides, and on a busy machine more of them.
    assert!(sent < 32 * MIB, "{sent} bytes went out");
}

/// Bodies that are small on the wire and large in memory.
#[rstest]
#[case::numbers("0,", 199_000)]
#[case::numbers_beyond_the_limit("0,", 2_000_000)]
#[case::objects(r#"{"":0},"#, 98_000)]
#[case::objects_beyond_the_limit(r#"{"":0},"#, 590_000)]
#[case::lists("[[[[]]]],", 38_000)]
#[case::text(r"\u0001", 600_000)]
#[tokio::test]
async fn no_answer_takes_much_memory(#[case] value: &str, #[case] count: usize) {
    let rest =
        if value.contains(',') { format!("[{}0]", value.repeat(count)) } else { format!(r#""{}""#, value.repeat(count)) };
    let body = envelope(&format!(r#"{{"overallStatus":{{"status":"LOAD_COMPLETED"}},"x":{rest}}}"#));
    let server = Server::start(move |_| {
        bytes(
            "200 OK
", &body,
        )
    });
    let endpoint = format!("http://127.0.0.1:{}", server.port);
    let variables = [("NEPTUNE_ENDPOINT", endpoint.as_str())].into_iter().chain(KEYS).collect::<Vec<_>>();
    let called = call_once("check_bulk_load_status", &variables, &both()).await;
    assert!(called.in_time && called.log.contains("\"message\":\"checked\""), "{called:#?}");
    // The smallest function that Lambda offers has 128 MiB.
    assert!(called.peak_kib.is_none_or(|peak| peak < 100 * 1024), "{called:#?}");
}

#[rstest]
#[case::head("HTTP/1.1 200 OK\r\nx: ")]
#[case::status_line("HTTP/1.1")]
#[case::body_with_length("HTTP/1.1 200 OK\r\ncontent-length: 50000000\r\n\r\n")]
#[case::body_without_length("HTTP/1.1 200 OK\r\n\r\n")]
#[case::chunk("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2faf080\r\n")]
#[case::endless_line_of_a_chunk("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1")]
#[tokio::test]
async fn what_comes_in_drips_is_given_up_in_time(#[case] beginning: &'static str) {
    let server = Server::start(move |_| Answer::Drip(beginning.as_bytes().to_vec()));
    let begun = Instant::now();
    let patience = [("NEPTUNE_REQUEST_TIMEOUT", "100ms"), ("NEPTUNE_TIME_BUDGET", "5s"), ("NEPTUNE_MAX_ATTEMPTS", "2")];
    let error = raised(&server, &patience).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(error.name.as_str(), "NeptuneUnavailable");
    assert!(error.message.ends_with("within 100 ms (after 2 attempts)"), "{}", error.message);
}

#[rstest]
#[case::endless_interim_answers("HTTP/1.1 100 Continue\r\n\r\n".repeat(10_000))]
#[case::ten_thousand_headers(format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(10_000)))]
#[case::a_header_of_a_mebibyte(format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(MIB)))]
#[case::two_lengths("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}".to_owned())]
#[case::a_length_beyond_all("HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999999\r\n\r\n{}".to_owned())]
#[case::a_status_that_is_none("HTTP/1.1 000 OK\r\n\r\n".to_owned())]
#[case::another_protocol("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n".to_owned())]
#[tokio::test]
async fn what_is_hardly_http_has_a_name(#[case] answer: String) {
    let server = Server::start(move |_| Answer::Bytes(answer.clone().into_bytes()));
    let error = raised(&server, &[("NEPTUNE_TIME_BUDGET", "2s")]).await;
    assert!(["NeptuneUnavailable", "LoadStatusNotOk"].contains(&error.name.as_str()), "{error:?}");
    assert!(error.message.len() < 1500, "{error:?}");
}

#[rstest]
#[case::with_a_password(302, "http://{user:hunter2@}HOST/login?token=s3cr3t#frag", "it points to http://HOST/login, but")]
#[case::keeping_the_method(307, "http://HOST/loader/x", "it points to http://HOST/loader/x, but")]
#[case::for_ever(308, "//HOST/", "it points to http://HOST/, but")]
#[case::on_this_host(301, "/elsewhere", "/elsewhere, but")]
#[case::with_a_secret_in_the_path(302, "http://HOST/session-token/x", "it points to http://HOST/<redacted>/x, but")]
#[case::to_a_file(302, "file:///etc/passwd", "; redirects are not followed")]
#[case::to_nowhere(302, "http://[", "; redirects are not followed")]
#[case::very_far(302, &format!("http://HOST/{}", "x".repeat(5000)), "xxx [cut], but")]
#[tokio::test]
async fn a_redirect_is_reported_and_not_followed(#[case] http_status: u16, #[case] location: &str, #[case] shown: &str) {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let host = elsewhere.local_addr().unwrap().to_string();
    let head = format!("{http_status} X\r\nlocation: {}\r\n", location.replace(['{', '}'], "").replace("HOST", &host));
    let server = Server::start(move |_| bytes(&head, b""));
    let error = raised(&server, &KEYS).await;
    assert_eq!(error.name.as_str(), "LoadStatusNotOk");
    assert!(error.message.contains(&shown.replace("HOST", &host)), "{}", error.message);
    assert!(error.message.contains("redirects are not followed; check the endpoint"), "{}", error.message);
    for secret in ["hunter2", "s3cr3t", "session-token"] {
        assert!(!error.message.contains(secret), "{}", error.message);
    }
    assert_eq!(server.seen().len(), 1);
    assert!(elsewhere.accept().is_err(), "a signed request must not go elsewhere");
}

#[rstest]
#[case::null(json!(null))]
#[case::list(json!(["load_job_id", "domain_load_id"]))]
#[case::text(json!("{\"load_job_id\": \"x\"}"))]
#[case::number(json!(7))]
#[case::truth(json!(true))]
#[case::empty(json!({}))]
#[case::lists_for_ids(json!({"load_job_id": ["x"], "domain_load_id": ["d"], "prov_load_id": {"a": 1}, "run_id": [[]]}))]
#[tokio::test]
async fn an_event_without_usable_ids_asks_nothing(#[case] event: Value) {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    let error = status::handle(call(config(server.port, &[]), event.clone())).await.unwrap_err();
    assert_eq!(error.name.as_str(), "MissingParameter");
    let answer = check::handle(call(config(server.port, &[]), event.clone())).await.unwrap();
    assert_eq!((&answer["status"], &answer["error_type"]), (&json!("FAILED"), &json!("MissingParameter")));
    assert_eq!(answer["run_id"], event.get("run_id").cloned().unwrap_or_default());
    assert!(server.seen().is_empty());
}

#[rstest]
#[case::a_mebibyte("r".repeat(MIB))]
#[case::line_break("r\n{\"level\":\"ERROR\"}".to_owned())]
#[case::reading_backwards("r\u{202e}dekaf".to_owned())]
#[case::nul("\0".to_owned())]
#[tokio::test]
async fn a_hostile_run_id_comes_back_as_it_was(#[case] run_id: String) {
    let server = Server::start(|_| load("LOAD_FAILED"));
    let event = json!({"domain_load_id": "d", "prov_load_id": "p", "run_id": run_id});
    let answer = check::handle(call(config(server.port, &[]), event)).await.unwrap();
    assert_eq!((&answer["run_id"], &answer["error_type"]), (&json!(run_id), &json!("LoadFailed")));
    assert!(answer["error"].as_str().unwrap().len() < 1000, "{}", answer["error"]);
    assert!(server.seen().iter().all(|request| request.target.len() < 200), "no run id is sent");
}

#[rstest]
#[case::a_mebibyte("x".repeat(MIB))]
#[case::of_control_characters("\u{1}\n".repeat(MIB / 4))]
#[case::reading_backwards("\u{202e}x".repeat(1000))]
#[tokio::test]
async fn an_id_beyond_all_reason_is_reported_in_short(#[case] id: String) {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    let error = get(server.port, &id).await.unwrap_err();
    assert_eq!(error.name.as_str(), "LoadNotFound");
    assert!(error.message.len() < 400 && !error.message.contains(['\n', '\u{1}', '\u{202e}']), "{}", error.message);
    let event = json!({"domain_load_id": id, "prov_load_id": "p", "run_id": "r"});
    let answer = check::handle(call(config(server.port, &[]), event)).await.unwrap();
    assert_eq!((&answer["error_type"], &answer["prov_status"]), (&json!("LoadNotFound"), &json!("LOAD_COMPLETED")));
    assert_eq!(answer["domain_load_id"], id);
    assert_eq!(server.seen().len(), 1, "only the other load is asked for");
}

#[tokio::test]
async fn an_id_in_an_error_cannot_turn_the_reading_order() {
    let server = Server::start(|_| http(500, "\u{202e}oops\u{2028}"));
    let error = get(server.port, "x\u{202e}y\nz").await.unwrap_err();
    assert!(error.message.starts_with(r"load id `x\u{202e}y\nz` could not be read: HTTP 500"), "{}", error.message);
    assert!(!error.message.contains(['\u{202e}', '\u{2028}', '\n']), "{}", error.message);
}
