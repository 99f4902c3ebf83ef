//! The limits that SECURITY.md lists: each row is compared with the limits in the code as far as they can be set, and names its tests.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::fs;
use std::path::Path;

use neptune_server::Limits;

/// For each row, in order: what it bounds, and the tests that go to that bound.
const ROWS: [(&str, &[(&str, &str)]); 31] = [
    (
        "head of a request, its URL included",
        &[
            ("neptune-sim/server/tests/http.rs", "extreme_requests_are_refused"),
            ("neptune-sim/server/src/net/server.rs", "a_head_that_never_ends_is_cut_off"),
        ],
    ),
    (
        "body of a request to the loader",
        &[
            ("neptune-sim/server/tests/http.rs", "the_largest_body_is_taken"),
            ("neptune-sim/server/tests/http.rs", "a_body_beyond_the_limit_is_refused_and_the_client_learns_why"),
            ("neptune-sim/server/tests/http.rs", "a_body_that_does_not_arrive_is_given_up"),
        ],
    ),
    (
        "body of a request to the control API",
        &[
            ("neptune-sim/server/tests/http.rs", "a_scenario_has_a_size_limit"),
            ("neptune-sim/server/tests/control/mod.rs", "every_route_of_the_table_is_served_and_guarded"),
            ("neptune-sim/server/tests/control/mod.rs", "a_state_beyond_its_limit_is_not_written"),
        ],
    ),
    (
        "what a client still sends after it was refused",
        &[
            ("neptune-sim/server/tests/http.rs", "a_client_that_sends_far_too_much_before_it_reads_learns_why"),
            ("neptune-sim/server/tests/http.rs", "a_body_without_an_end_is_answered_and_comes_to_an_end"),
        ],
    ),
    (
        "an answer that a client does not take",
        &[("neptune-sim/server/src/net/server.rs", "a_client_that_does_not_read_makes_room_for_others")],
    ),
    (
        "bodies and answers in flight, all together",
        &[("neptune-sim/server/tests/memory.rs", "what_is_on_its_way_has_a_bound_however_many_clients_there_are")],
    ),
    (
        "connections",
        &[
            ("neptune-sim/server/src/net/server.rs", "connections_over_the_limit_wait_for_their_turn"),
            ("neptune-sim/tests/cli.rs", "connections_to_a_cluster_leave_files_for_the_control_api"),
        ],
    ),
    (
        "mistakes of a scenario that are reported",
        &[
            ("neptune-sim/scenario/tests/scenario_files.rs", "of_many_mistakes_twenty_are_reported_and_the_others_counted"),
            ("neptune-sim/server/tests/control/texts.rs", "of_very_many_mistakes_the_first_twenty_are_explained"),
        ],
    ),
    ("clusters", &[("neptune-sim/server/src/sim.rs", "there_is_a_limit_to_the_number_of_clusters")]),
    (
        "loads of a cluster",
        &[
            ("neptune-sim/loader/tests/loader/main.rs", "the_newest_1024_loads_are_remembered_and_pending_ones_always"),
            ("neptune-sim/server/tests/control/hostile.rs", "a_state_with_more_loads_than_are_remembered_is_refused"),
        ],
    ),
    (
        "a request that a silent cluster, a delay, a slow body or a black hole holds",
        &[
            ("neptune-sim/server/tests/http.rs", "silence_has_an_end"),
            ("neptune-sim/server/tests/faults/mod.rs", "nothing_holds_a_request_longer_than_the_limit"),
            ("neptune-sim/server/src/net/server.rs", "a_client_that_leaves_makes_room_for_others_whatever_it_had_sent"),
        ],
    ),
    (
        "outages of a cluster that are remembered",
        &[
            ("neptune-sim/server/src/cluster/outages.rs", "the_newest_are_remembered"),
            ("neptune-sim/server/src/cluster/outages.rs", "a_long_body_is_not_remembered"),
        ],
    ),
    (
        "times of a cluster as a read replica, and its restarts, that are remembered",
        &[("neptune-sim/server/src/cluster/instance_history.rs", "the_newest_changes_of_an_instance_are_remembered")],
    ),
    (
        "faults of a cluster that were removed and are remembered",
        &[
            ("neptune-sim/fault/src/faults.rs", "the_newest_that_were_removed_are_remembered"),
            ("neptune-sim/fault/src/faults.rs", "one_that_was_removed_is_remembered_for_the_time_in_which_it_was_there"),
        ],
    ),
    ("faults", &[("neptune-sim/server/tests/faults/mod.rs", "there_is_a_limit_to_the_number_of_faults")]),
    (
        "client calls that faults distinguish by `amz-sdk-invocation-id`",
        &[("neptune-sim/fault/src/calls.rs", "old_calls_are_forgotten_and_their_numbers_with_them")],
    ),
    (
        "request log",
        &[
            ("neptune-sim/server/src/cluster/request_log.rs", "the_oldest_requests_make_room_and_are_counted"),
            ("neptune-sim/server/src/cluster/request_log.rs", "the_oldest_answers_make_room_and_their_requests_stay"),
            ("neptune-sim/server/src/cluster/request_log.rs", "a_short_answer_is_shared_and_a_long_one_kept_in_part"),
        ],
    ),
    (
        "streams of events",
        &[("neptune-sim/server/tests/control/moments.rs", "there_is_a_limit_to_open_streams_and_a_closed_one_makes_room")],
    ),
    (
        "what a refused signature is compared with",
        &[("neptune-sim/server/src/iam/explain.rs", "a_huge_request_is_not_tried_in_every_way")],
    ),
    (
        "what a proxy passes on",
        &[
            ("neptune-sim/server/tests/proxy/trouble.rs", "an_answer_without_bounds_is_given_up"),
            ("neptune-sim/server/tests/proxy/trouble.rs", "an_upstream_that_never_answers_is_given_up"),
            ("neptune-sim/server/tests/proxy/trouble.rs", "an_upstream_that_never_shakes_hands_is_given_up"),
            ("neptune-sim/server/tests/memory.rs", "what_is_on_its_way_has_a_bound_however_many_clients_there_are"),
        ],
    ),
    (
        "a poller that `check-poller` judges",
        &[
            ("neptune-sim/check-poller/src/watch.rs", "nothing_that_a_poller_sends_grows_without_end"),
            ("neptune-sim/check-poller/src/report.rs", "what_a_poller_writes_is_cut_and_cannot_command_the_terminal"),
            ("neptune-sim/check-poller/tests/pollers.rs", "what_a_poller_leaves_behind_ends_with_it"),
            ("neptune-sim/check-poller/tests/pollers.rs", "a_dropped_check_leaves_no_poller"),
            ("tests/it/check_poller.rs", "how_an_emulator_answers_is_understood"),
            ("tests/it/check_poller.rs", "an_interrupted_run_leaves_no_process"),
        ],
    ),
    (
        "a state machine that `check-poller` or a test runs",
        &[
            ("neptune-sim/state-machine/src/definition.rs", "a_definition_that_is_too_large_is_refused"),
            ("neptune-sim/state-machine/src/tasks.rs", "no_more_calls_are_kept_than_a_history_has_and_no_large_ones"),
            ("tests/it/state_machine/executions.rs", "a_history_has_a_limit_that_no_rule_catches"),
            ("neptune-sim/state-machine/tests/several.rs", "of_many_faults_twenty_are_said_and_the_others_counted"),
        ],
    ),
    (
        "a file that `check-data` or a load reads",
        &[
            ("neptune-sim/data/src/csv/records.rs", "a_record_is_bounded"),
            ("neptune-sim/data/src/rdf/lines.rs", "a_line_is_bounded"),
            ("neptune-sim/data/src/by_hash.rs", "a_value_takes_40_bytes_at_most"),
            ("neptune-sim/data/tests/growth.rs", "ids_take_bounded_memory_while_room_is_made_for_more"),
            ("neptune-sim/check-data/tests/check_data.rs", "a_cut_list_says_so_and_still_has_the_totals"),
        ],
    ),
    (
        "a source that loads read",
        &[
            ("neptune-sim/server/src/sources/bucket.rs", "a_source_has_a_largest_number_of_objects"),
            ("neptune-sim/server/tests/s3.rs", "a_list_of_nothing_is_refused_and_so_is_nonsense"),
            ("neptune-sim/server/src/sources/s3.rs", "a_server_that_never_answers_is_given_up"),
            ("neptune-sim/server/src/sources/reading.rs", "no_file_is_read_into_a_graph_that_is_full"),
            ("neptune-sim/data/src/graph.rs", "it_says_how_much_memory_it_takes"),
        ],
    ),
    (
        "error logs of loads that have read their files",
        &[
            ("neptune-sim/server/src/sources/reading.rs", "a_text_of_the_error_log_has_a_largest_length"),
            (
                "neptune-sim/loader/tests/loader/reading.rs",
                "error_logs_take_64_mib_all_together_and_the_oldest_is_forgotten_first",
            ),
        ],
    ),
    ("a recorded body", &[("neptune-sim/server/src/record/shown.rs", "long_bodies_are_cut_and_others_paths_are_left_out")]),
    (
        "a recording that cannot be written",
        &[
            ("neptune-sim/server/src/record/queue.rs", "what_waits_is_bounded_and_what_is_lost_is_counted"),
            ("neptune-sim/server/src/record/queue.rs", "answers_wait_for_a_stuck_disk_once_and_for_a_moment"),
            (
                "neptune-sim/server/tests/proxy/recording.rs",
                "a_recording_that_is_stuck_stops_neither_the_proxy_nor_the_control_api",
            ),
        ],
    ),
    (
        "a page of a report or a recording",
        &[
            ("tests/report/src/page/fit.rs", "a_page_is_never_larger_than_a_mebibyte"),
            ("tests/external/browser/tests/page/report.rs", "a_report_shows_first_what_is_wrong_with_its_timeline"),
        ],
    ),
    (
        "an answer that the functions read",
        &[
            ("handlers/src/reply.rs", "a_body_beyond_the_limit_is_a_bad_response"),
            ("handlers/tests/contract/trouble.rs", "no_more_is_read_than_the_limit"),
            ("handlers/tests/contract/hostile.rs", "a_redirect_is_reported_and_not_followed"),
        ],
    ),
    (
        "an execution of `bulk_import` or `load_status`",
        &[
            ("handlers/tests/contract/asl/bounds.rs", "the_longest_execution_fits"),
            ("tests/it/state_machine/routes.rs", "the_longest_history_is_not_full"),
            ("tests/it/state_machine/routes.rs", "an_import_that_never_ends_is_given_up_after_46_hours"),
        ],
    ),
    (
        "an answer with credentials",
        &[("handlers/tests/contract/credentials.rs", "an_endpoint_that_is_silent_is_given_up_after_two_seconds")],
    ),
];

/// What each row says that the limits have a number for, by the beginning of the row.
fn numbers() -> Vec<(&'static str, Vec<String>)> {
    let Limits { header_read, body_read, answer_stall, silence, in_flight, control_in_flight, connections } = Limits::default();
    let body = body_read.as_secs();
    let mebibytes = |bytes: usize| bytes / (1024 * 1024);
    let thousands = |count: usize| format!("{},{:03}", count / 1000, count % 1000);
    vec![
        ("head of a request", vec![format!("{} s;", header_read.as_secs())]),
        ("body of a request to the loader", vec![format!(", {body} s")]),
        ("what a client still sends", vec![format!(" for {body} s")]),
        ("an answer that a client does not take", vec![format!(" {} s ", answer_stall.as_secs())]),
        (
            "bodies and answers",
            vec![
                format!(" {} MiB those of clusters", mebibytes(in_flight)),
                format!(" {} MiB those of the control API", mebibytes(control_in_flight)),
                format!(" waits for {} s ", 2 * answer_stall.as_secs()),
            ],
        ),
        ("connections", vec![format!(" {} on the port", thousands(connections))]),
        ("a request that a silent cluster", vec![format!(" {} min of real time", silence.as_secs() / 60)]),
    ]
}

/// What is bounded, and how, in the order of the table.
fn table(security: &str) -> Vec<(&str, &str)> {
    let (_, bounds) = security.split_once("\n## Bounds\n").unwrap();
    let rows = bounds.lines().skip_while(|line| !line.starts_with("|---")).skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split_once(" | ").map(|(what, bound)| (what.trim(), bound)).unwrap()).collect()
}

fn read(file: &str) -> String {
    // When it runs, and not when it is built: this may be a copied checkout.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    fs::read_to_string(Path::new(&package).join("../..").join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn every_bound_has_a_test() {
    let security = read("SECURITY.md");
    let reported: Vec<_> = table(&security).into_iter().map(|(what, _)| what).collect();
    let known: Vec<_> = ROWS.iter().map(|(what, _)| *what).collect();
    assert_eq!(reported, known, "say here which tests show a new row");
    for (what, tests) in ROWS {
        assert!(!tests.is_empty(), "{what}");
        for (file, test) in tests {
            assert!(read(file).contains(&format!("fn {test}(")), "`{what}`: {file} has no test {test}");
        }
    }
}

#[test]
fn the_table_tells_the_limits_that_the_code_has() {
    let security = read("SECURITY.md");
    let table = table(&security);
    for (begin, numbers) in numbers() {
        let (what, bound) = table.iter().find(|(what, _)| what.starts_with(begin)).unwrap_or_else(|| panic!("{begin}"));
        for number in numbers {
            assert!(format!(" {bound} ").contains(&number), "`{what}` does not tell `{number}`: {bound}");
        }
    }
}
