//! Ids with more in them than one sees: shown as they are.

use handlers::{check, status};
use rstest::rstest;
use serde_json::json;

use crate::logs::Captured;
use crate::server::{Server, load, refusal};
use crate::setup::{call, config, get};

#[rstest]
#[case::blanks_round_it(" x-1 ", "` x-1 `")]
#[case::a_line_end("x-1\n", r"`x-1\n`")]
#[case::a_windows_line_end("x-1\r\n", r"`x-1\r\n`")]
#[case::a_tab("\tx-1", r"`\tx-1`")]
#[case::a_nul("x-1\0", r"`x-1\u{0}`")]
#[case::a_wide_blank("x-1\u{3000}", r"`x-1\u{3000}`")]
#[case::a_blank_that_does_not_break("\u{a0}x-1", r"`\u{a0}x-1`")]
#[case::a_mark_without_width("x-1\u{feff}", r"`x-1\u{feff}`")]
#[case::another_direction("x\u{202e}y\nz", r"`x\u{202e}y\nz`")]
#[case::letters_of_others("ü-ｄｏｎｅ", "`ü-ｄｏｎｅ`")]
#[case::a_blank_inside("x 1", "`x 1`")]
#[tokio::test]
async fn an_id_is_shown_as_it_is(#[case] id: &str, #[case] shown: &str) {
    let server = Server::start(|_| refusal(404, "BulkLoadIdNotFoundException", "why"));
    let error = get(server.port, id).await.unwrap_err();
    assert!(error.message.starts_with(&format!("load id {shown} not found: why")), "{}", error.message);

    let (captured, _guard) = Captured::start("INFO");
    let server = Server::start(|_| load("LOAD_FAILED"));
    let event = json!({"domain_load_id": id, "prov_load_id": id, "run_id": id});
    let answer = check::handle(call(config(server.port, &[]), event)).await.unwrap();
    assert!(answer["error"].as_str().unwrap().starts_with(&format!("domain load {shown} ended with LOAD_FAILED")), "{answer}");
    status::handle(call(config(server.port, &[]), json!({"load_job_id": id, "run_id": id}))).await.unwrap();
    let [checked, read] = captured.lines().try_into().unwrap();
    for logged in [&checked["domain_load_id"], &checked["prov_load_id"], &checked["run_id"], &read["load_id"], &read["run_id"]]
    {
        assert_eq!(*logged, shown.trim_matches('`'));
    }
}

#[rstest]
#[case::blanks(" x-1 ", true)]
#[case::a_line_end("x-1\n", true)]
#[case::a_nul("x-1\0", true)]
#[case::a_mark_without_width("\u{feff}x-1", true)]
#[case::inside("x 1", false)]
#[case::none("x-1", false)]
#[tokio::test]
async fn an_unknown_id_with_blanks_round_it_is_advised_to_drop_them(#[case] id: &str, #[case] reported: bool) {
    let server = Server::start(|_| refusal(404, "BulkLoadIdNotFoundException", "why"));
    let error = get(server.port, id).await.unwrap_err();
    assert_eq!(error.message.contains("send the id without"), reported, "{}", error.message);
}
