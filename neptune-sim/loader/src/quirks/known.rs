//! The quirks, in the order in which a client notices them.

use super::description::{Choice, Choices, Quirk};
use super::values::{
    CancelBody, CancelledWord, EmptyErrors, EmptyFailedFeeds, ErrorContentType, ErrorTexts, OtherContentType, RestartQueue,
    RestartRunning, StartTime, TotalTimeSpent, UnknownId,
};
use crate::evidence::Evidence;

/// Every quirk. Those are quirks whose values a client must survive differently; every other open question is in
/// [`OPEN_QUESTIONS`](super::OPEN_QUESTIONS).
pub const QUIRKS: &[Quirk] = &[
    Quirk {
        name: "other_content_type",
        question: "What happens to a start whose body is neither declared as JSON nor as a form",
        documented: "the request is JSON",
        observed: "every client says `application/json`, some with a charset",
        evidence: Evidence::Inferred,
        settled_by: "a valid JSON body sent as `text/plain`",
        choices: Choices::Words(&[
            Choice { word: OtherContentType::ReadAsJson.as_str(), meaning: "it is read as JSON" },
            Choice { word: OtherContentType::Refused.as_str(), meaning: "400" },
        ]),
    },
    Quirk {
        name: "unknown_id",
        question: "What reading an unknown load answers",
        documented: "the user guide says 400 without a code, the SDK model says 404 `BulkLoadIdNotFoundException`",
        observed: "nothing",
        evidence: Evidence::Model,
        settled_by: "the status of a random UUID, and of a word that is no UUID",
        choices: Choices::Words(&[
            Choice { word: UnknownId::NotFound.as_str(), meaning: "404 `BulkLoadIdNotFoundException`" },
            Choice { word: UnknownId::BadRequest.as_str(), meaning: "400 `InvalidParameterException`" },
        ]),
    },
    Quirk {
        name: "visible_after_seconds",
        question: "How many seconds after its start a load cannot be read yet",
        documented: "nothing",
        observed: "graph-notebook's test waits a second to be sure",
        evidence: Evidence::Inferred,
        settled_by: "the status at once after a start",
        choices: Choices::Number(3600),
    },
    Quirk {
        name: "start_time",
        question: "Whether `startTime` is answered",
        documented: "it is in the layout, but neither among the fields nor in the examples",
        observed: "it is there in recordings since 2019, and missing in one",
        evidence: Evidence::Observed,
        settled_by: "the status of any load",
        choices: Choices::Words(&[
            Choice { word: StartTime::Present.as_str(), meaning: "it is" },
            Choice { word: StartTime::Absent.as_str(), meaning: "it is not" },
        ]),
    },
    Quirk {
        name: "total_time_spent",
        question: "How `totalTimeSpent` is written",
        documented: "`3.0` and `3`",
        observed: "whole numbers",
        evidence: Evidence::Observed,
        settled_by: "the status of a completed load",
        choices: Choices::Words(&[
            Choice { word: TotalTimeSpent::Integer.as_str(), meaning: "`3`" },
            Choice { word: TotalTimeSpent::Float.as_str(), meaning: "`3.0`" },
        ]),
    },
    Quirk {
        name: "empty_failed_feeds",
        question: "What `details=TRUE` adds for a load without failed feeds",
        documented: "failed feeds are listed",
        observed: "nothing",
        evidence: Evidence::Inferred,
        settled_by: "the details of a completed load",
        choices: Choices::Words(&[
            Choice { word: EmptyFailedFeeds::Omitted.as_str(), meaning: "nothing" },
            Choice { word: EmptyFailedFeeds::EmptyList.as_str(), meaning: "`\"failedFeeds\": []`" },
        ]),
    },
    Quirk {
        name: "empty_errors",
        question: "What `errors=TRUE` adds for a load without errors",
        documented: "errors are listed",
        observed: "a public poller indexes `errors` without looking",
        evidence: Evidence::Observed,
        settled_by: "the errors of a completed load",
        choices: Choices::Words(&[
            Choice { word: EmptyErrors::Present.as_str(), meaning: "`errors` with an empty list" },
            Choice { word: EmptyErrors::Omitted.as_str(), meaning: "nothing" },
        ]),
    },
    Quirk {
        name: "cancelled_word",
        question: "What a cancelled load's status reads",
        documented: "`LOAD_CANCELLED_BY_USER`; AWS's SDK samples wait for `LOAD_CANCELLED`, which no document lists",
        observed: "`LOAD_CANCELLED_DUE_TO_ERRORS` for a load that the system stopped",
        evidence: Evidence::Documented,
        settled_by: "the status of a load after its cancellation",
        choices: Choices::Words(&[
            Choice { word: CancelledWord::ByUser.as_str(), meaning: "`LOAD_CANCELLED_BY_USER`" },
            Choice { word: CancelledWord::Bare.as_str(), meaning: "`LOAD_CANCELLED`" },
        ]),
    },
    Quirk {
        name: "cancel_body",
        question: "The body of an answered cancel",
        documented: "none; the SDK model has an optional `status`",
        observed: "graph-notebook parses it as JSON and tests it for truth",
        evidence: Evidence::Model,
        settled_by: "the cancel of a running load",
        choices: Choices::Words(&[
            Choice { word: CancelBody::Status.as_str(), meaning: "`{\"status\": \"200 OK\"}`" },
            Choice { word: CancelBody::WithPayload.as_str(), meaning: "`status` and an empty `payload`" },
            Choice { word: CancelBody::Empty.as_str(), meaning: "none" },
        ]),
    },
    Quirk {
        name: "error_texts",
        question: "Where an error body carries its text",
        documented: "the loader's pages: `message`; the engine's page, and an example of a missing permission: `detailedMessage`",
        observed: "both, with the same text, of the loader and, in 2024, of a refused signature; `detailedMessage` alone of refused signatures in 2022 and 2023",
        evidence: Evidence::Observed,
        settled_by: "the status of an unknown load",
        choices: Choices::Words(&[
            Choice { word: ErrorTexts::Both.as_str(), meaning: "in both" },
            Choice {
                word: ErrorTexts::DetailedOnly.as_str(),
                meaning: "in `detailedMessage`, as refused signatures in 2022 and 2023",
            },
            Choice { word: ErrorTexts::MessageOnly.as_str(), meaning: "in `message`" },
        ]),
    },
    Quirk {
        name: "error_content_type",
        question: "The content type of an error",
        documented: "`application/x-amz-json-1.0`, on a page of 2017",
        observed: "`application/json`, of a refused signature in 2024; the headers of no other error were recorded",
        evidence: Evidence::Observed,
        settled_by: "the headers of any error",
        choices: Choices::Words(&[
            Choice { word: ErrorContentType::Json.as_str(), meaning: "`application/json`" },
            Choice { word: ErrorContentType::AmzJson.as_str(), meaning: "`application/x-amz-json-1.0`" },
        ]),
    },
    Quirk {
        name: "restart_running",
        question: "What a restart makes of the running load",
        documented: "nothing",
        observed: "nothing",
        evidence: Evidence::Inferred,
        settled_by: "a load read after the cluster rebooted",
        choices: Choices::Words(&[
            Choice { word: RestartRunning::Failed.as_str(), meaning: "it ends with `LOAD_FAILED`" },
            Choice { word: RestartRunning::UnexpectedError.as_str(), meaning: "it ends with `LOAD_UNEXPECTED_ERROR`" },
            Choice { word: RestartRunning::GoesOn.as_str(), meaning: "it goes on" },
        ]),
    },
    Quirk {
        name: "restart_queue",
        question: "What a restart makes of the queue",
        documented: "nothing",
        observed: "nothing",
        evidence: Evidence::Inferred,
        settled_by: "queued loads read after the cluster rebooted",
        choices: Choices::Words(&[
            Choice { word: RestartQueue::Kept.as_str(), meaning: "it is kept" },
            Choice { word: RestartQueue::Lost.as_str(), meaning: "waiting loads are forgotten" },
        ]),
    },
    Quirk {
        name: "error_threshold",
        question: "With how many errors a load still completes",
        documented: "`LOAD_COMPLETED` allows errors within an acceptable threshold, which no page states",
        observed: "`LOAD_FAILED` after a single error, although `failOnError` was off",
        evidence: Evidence::Observed,
        settled_by: "a large load with one malformed record and `failOnError` off",
        choices: Choices::Number(1_000_000),
    },
];
