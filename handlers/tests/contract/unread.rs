//! An event that `lambda_runtime` cannot read, which ends its loop: the process goes on, and the event has its answer.
//!
//! A body that breaks off stands for such an event here. Lambda hands an event out again until it has an answer (observed in AWS's
//! emulator).

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::process::{call_through, event_of, start};
use crate::server::{Answer, Server, http};

#[tokio::test]
async fn an_event_that_the_runtime_cannot_read_is_answered_and_the_next_one_as_well() {
    let answered = Arc::new(Notify::new());
    let notify = Arc::clone(&answered);
    let [first, second] = ["r-1", "r-2"].map(|id| event_of(id, &json!({})));
    let runtime_api = Server::start(move |request| match request.index {
        0 => Answer::Bytes(first[..first.len() - 1].to_vec()),
        1 => Answer::Bytes(first.clone()),
        3 => Answer::Bytes(second.clone()),
        2 => http(202, ""),
        _ => {
            notify.notify_one();
            Answer::Silence
        }
    });
    let called = call_through(&runtime_api, &answered, "check_bulk_load_status", &[]).await;
    assert!(called.in_time, "{}", called.log);
    let seen: Vec<_> = runtime_api.seen().into_iter().map(|request| format!("{} {}", request.method, request.target)).collect();
    let path = "/2018-06-01/runtime/invocation";
    let ask = format!("GET {path}/next");
    let [answer, next] = ["r-1", "r-2"].map(|id| format!("POST {path}/{id}/response"));
    assert_eq!(seen.iter().collect::<Vec<_>>(), [&ask, &ask, &answer, &ask, &next]);

    let lines: Vec<Value> = called.log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let unread: Vec<_> = lines.iter().filter(|line| line["message"] == "the runtime could not read the event").collect();
    let [unread] = unread[..] else { panic!("{lines:#?}") };
    assert_eq!((&unread["level"], &unread["requestId"]), (&json!("ERROR"), &json!("r-1")));
    let outcomes: Vec<_> = lines.iter().filter(|line| line["message"] == "checked").map(|line| &line["requestId"]).collect();
    assert_eq!(outcomes, ["r-1", "r-2"]);
}

#[tokio::test]
async fn the_process_ends_without_a_runtime_api() {
    let runtime_api = Server::start(|_| Answer::Close);
    let function = start(&runtime_api, "get_load_status", &[]);
    let ended = spawn_blocking(|| function.wait_with_output().unwrap());
    let ended = timeout(Duration::from_secs(30), ended).await.expect("it ends").unwrap();
    assert!(!ended.status.success(), "{ended:?}");
}
