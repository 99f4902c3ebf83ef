//! The knobs, one after the other, in the order in which a client meets them.

use super::{Choice, Choices, Quirk, QuirkError};
use crate::Evidence;

/// Defines the knobs from one table: an enum for each with words, the struct [`Quirks`] with a field for each, and the list [`QUIRKS`].
macro_rules! quirks {
    (
        words { $(
            $field:ident: $kind:ident, $question:literal {
                documented: $documented:literal,
                observed: $observed:literal,
                evidence: $evidence:ident,
                settled_by: $settled_by:literal,
                choices: { $first:ident = $first_word:literal: $first_meaning:literal $(, $choice:ident = $word:literal: $meaning:literal)+ $(,)? },
            }
        )* }
        numbers { $(
            $number:ident up_to $most:literal, $number_question:literal {
                documented: $number_documented:literal,
                observed: $number_observed:literal,
                evidence: $number_evidence:ident,
                settled_by: $number_settled_by:literal,
            }
        )* }
    ) => {
        $(
            #[doc = concat!($question, ".\n\nDocumented: ", $documented, ". Observed: ", $observed, ".")]
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            pub enum $kind {
                #[doc = $first_meaning]
                #[default]
                $first,
                $(#[doc = $meaning] $choice,)+
            }

            impl $kind {
                fn from_word(word: &str) -> Option<Self> {
                    match word {
                        $first_word => Some(Self::$first),
                        $($word => Some(Self::$choice),)+
                        _ => None,
                    }
                }

                fn as_word(self) -> &'static str {
                    match self {
                        Self::$first => $first_word,
                        $(Self::$choice => $word,)+
                    }
                }
            }
        )*

        /// Every quirk of a cluster. [`Quirks::default`] is the best-backed reading of each.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Quirks {
            $(#[doc = concat!($question, ".")] pub $field: $kind,)*
            $(#[doc = concat!($number_question, ". Default 0.")] pub $number: u32,)*
        }

        impl Quirks {
            /// Makes a choice, by the names of [`QUIRKS`].
            ///
            /// # Errors
            /// [`QuirkError`] if there is no such quirk or no such choice; nothing is changed then.
            pub fn set(&mut self, name: &str, word: &str) -> Result<(), QuirkError> {
                let quirk = Quirk::named(name).ok_or_else(|| QuirkError::UnknownName(name.to_owned()))?;
                let unknown = || QuirkError::UnknownValue { quirk, value: word.to_owned() };
                match name {
                    $(stringify!($field) => self.$field = $kind::from_word(word).ok_or_else(unknown)?,)*
                    $(stringify!($number) => {
                        self.$number = word.parse().ok().filter(|number| *number <= $most).ok_or_else(unknown)?;
                    })*
                    _ => return Err(QuirkError::UnknownName(name.to_owned())),
                }
                Ok(())
            }

            /// Every quirk with its value, in the order of [`QUIRKS`].
            pub fn words(&self) -> impl Iterator<Item = (&'static str, String)> {
                [
                    $((stringify!($field), self.$field.as_word().to_owned()),)*
                    $((stringify!($number), self.$number.to_string()),)*
                ]
                .into_iter()
            }
        }

        /// Every quirk there is.
        pub const QUIRKS: &[Quirk] = &[
            $(Quirk {
                name: stringify!($field),
                question: $question,
                documented: $documented,
                observed: $observed,
                evidence: Evidence::$evidence,
                settled_by: $settled_by,
                choices: Choices::Words(&[
                    Choice { word: $first_word, meaning: $first_meaning },
                    $(Choice { word: $word, meaning: $meaning },)+
                ]),
            },)*
            $(Quirk {
                name: stringify!($number),
                question: $number_question,
                documented: $number_documented,
                observed: $number_observed,
                evidence: Evidence::$number_evidence,
                settled_by: $number_settled_by,
                choices: Choices::Number($most),
            },)*
        ];
    };
}

quirks! {
    words {
        parameter_precedence: ParameterPrecedence, "Which wins if a start has a parameter in its query and in its body" {
            documented: "parameters may also be URL-encoded; nothing on both at once",
            observed: "no client sends both",
            evidence: Inferred,
            settled_by: "a start with two formats, one of them invalid, each way round",
            choices: {
                Body = "body": "the body",
                Query = "query": "the query",
            },
        }
        other_content_type: OtherContentType, "What becomes of a start whose body is neither declared as JSON nor as a form" {
            documented: "the request is JSON",
            observed: "every client says `application/json`, some with a charset",
            evidence: Inferred,
            settled_by: "a valid JSON body sent as `text/plain`",
            choices: {
                ReadAsJson = "read_as_json": "it is read as JSON",
                Refused = "refused": "400",
            },
        }
        malformed_body: MalformedBody, "The code for a start whose body is not a JSON object" {
            documented: "the model has both codes for this operation",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "a body with a trailing comma, and an empty one",
            choices: {
                InvalidParameter = "invalid_parameter": "`InvalidParameterException`",
                BadRequest = "bad_request": "`BadRequestException`",
            },
        }
        source_list: SourceList, "What becomes of a start whose `source` is a list" {
            documented: "`source` is a text; no SDK can send a list",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "a start whose `source` is a list of one URI",
            choices: {
                Refused = "refused": "400",
                First = "first": "its first entry is loaded",
            },
        }
        format_case: FormatCase, "Whether `format` may be written in capitals" {
            documented: "all examples are in lower case",
            observed: "all clients send lower case",
            evidence: Inferred,
            settled_by: "a start with the format `CSV`",
            choices: {
                LowerOnly = "lower_only": "only lower case is a format",
                Any = "any": "the case does not matter",
            },
        }
        parser_keys: ParserKeys, "What becomes of unknown keys in `parserConfiguration`" {
            documented: "three keys are listed",
            observed: "neptune-python-utils sends all RDF keys for every format, so known ones are never refused",
            evidence: Inferred,
            settled_by: "a start with a key that does not exist",
            choices: {
                Ignored = "ignored": "they are ignored",
                Refused = "refused": "400",
            },
        }
        opencypher_single: OpencypherSingle, "What becomes of `updateSingleCardinalityProperties` for openCypher files" {
            documented: "it is not supported for openCypher files",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "an openCypher start with the flag on",
            choices: {
                Ignored = "ignored": "it is ignored",
                Refused = "refused": "400",
            },
        }
        reader_check: ReaderCheck, "Whether a read replica looks at the parameters of a start before it refuses" {
            documented: "nothing on the order of checks",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "an empty start sent to a reader",
            choices: {
                AfterParameters = "after_parameters": "bad parameters are told first",
                BeforeParameters = "before_parameters": "the reader refuses whatever was sent",
            },
        }
        reader_error: ReaderError, "How a read replica refuses" {
            documented: "405 with a text and no code; the model has two codes that fit",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "a start sent to a reader",
            choices: {
                MethodNotAllowed = "method_not_allowed": "405 `MethodNotAllowedException`",
                ReadOnlyViolation = "read_only_violation": "400 `ReadOnlyViolationException`",
            },
        }
        queued_s3_checks: QueuedS3Checks, "When a load that has to wait is checked against S3 and its role" {
            documented: "`LOAD_FAILED_INVALID_REQUEST` stands for such a load that was accepted before",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "a queued start with a bucket that does not exist",
            choices: {
                AtTurn = "at_turn": "when its turn comes; it then ends with `LOAD_FAILED_INVALID_REQUEST`",
                AtOnce = "at_once": "when it is sent; it is refused like one that runs at once",
            },
        }
        start_between_loads: StartBetweenLoads, "What becomes of a start without `queueRequest` while loads wait but none runs" {
            documented: "nothing",
            observed: "the gap is too short to see",
            evidence: Inferred,
            settled_by: "starts in a tight loop while the queue moves up",
            choices: {
                Refused = "refused": "400, as if one were running",
                Starts = "starts": "it overtakes the queue",
            },
        }
        unknown_dependency: UnknownDependency, "What becomes of a start that depends on a load nobody knows" {
            documented: "nothing; that the model lists `BulkLoadIdNotFoundException` for starts hints at a refusal",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "a queued start that depends on a random UUID",
            choices: {
                FailsAtTurn = "fails_at_turn": "it is accepted and fails when its turn comes",
                Refused = "refused": "404",
            },
        }
        unqueued_dependencies: UnqueuedDependencies, "What becomes of `dependencies` without `queueRequest`" {
            documented: "nothing",
            observed: "clients send them with `queueRequest` only",
            evidence: Inferred,
            settled_by: "a start on an idle cluster that depends on a failed load, without `queueRequest`",
            choices: {
                Checked = "checked": "they are checked at once",
                Ignored = "ignored": "they are ignored",
                Refused = "refused": "400",
            },
        }
        dependants_fail: DependantsFail, "When a load fails because a load that it depends on did not complete" {
            documented: "that it fails, and that it never runs",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "two dependants of a failing load, read right after its failure",
            choices: {
                AtOnce = "at_once": "as soon as the other has ended",
                AtTurn = "at_turn": "when its own turn comes",
            },
        }
        conflicts_as_dependency: ConflictsAsDependency, "Whether `LOAD_COMMITTED_W_WRITE_CONFLICTS` satisfies loads that depend on it" {
            documented: "dependencies must complete successfully; this status is a commit with conflicts",
            observed: "clients disagree on whether it is a success",
            evidence: Inferred,
            settled_by: "cannot be brought about on purpose",
            choices: {
                NotSatisfied = "not_satisfied": "it does not",
                Satisfied = "satisfied": "it does",
            },
        }
        resume_without_predecessor: ResumeWithoutPredecessor, "What becomes of a start with mode `RESUME` if the source was never loaded" {
            documented: "the loader stops",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "a start with mode `RESUME` for a new source",
            choices: {
                InvalidRequest = "invalid_request": "it is accepted and ends with `LOAD_FAILED_INVALID_REQUEST`",
                Refused = "refused": "400",
            },
        }
        resume_matches: ResumeMatches, "Which earlier load `RESUME` and `AUTO` continue" {
            documented: "a previous load of the same source",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "the same prefix loaded as `csv` and then as `opencypher` with mode `RESUME`",
            choices: {
                Source = "source": "the latest one with the same source, to the letter",
                SourceAndFormat = "source_and_format": "the latest one with the same source and format",
            },
        }
        resumed_load_id: ResumedLoadId, "The id of a load that continues another" {
            documented: "nothing",
            observed: "a load with `runNumber` 2 and an id of its own, in weak evidence",
            evidence: Inferred,
            settled_by: "a failed load resumed",
            choices: {
                Fresh = "fresh": "a new one",
                Same = "same": "that of the load it continues",
            },
        }
        resumed_run_number: ResumedRunNumber, "The `runNumber` of a load that continues another" {
            documented: "it grows when a load is restarted",
            observed: "a load with `runNumber` 2, in weak evidence",
            evidence: Inferred,
            settled_by: "a failed load resumed",
            choices: {
                Counts = "counts": "one more than that of the load it continues",
                AlwaysOne = "always_one": "1",
            },
        }
        nothing_to_resume: NothingToResume, "The totals of a load that continues one that had loaded everything" {
            documented: "nothing is loaded again, and the result is a success",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "a completed load started again with mode `AUTO`",
            choices: {
                NoRecords = "no_records": "its files are counted, but no records",
                EarlierTotals = "earlier_totals": "those of the load it continues",
            },
        }
        stopped_by_error: StoppedByError, "The status of a load that `failOnError` stopped before all files were begun" {
            documented: "there is a status for loads that the system stopped",
            observed: "`LOAD_CANCELLED_DUE_TO_ERRORS` with a file that was never begun",
            evidence: Observed,
            settled_by: "a load of several files, the first of them malformed, with `failOnError` on",
            choices: {
                CancelledDueToErrors = "LOAD_CANCELLED_DUE_TO_ERRORS": "`LOAD_CANCELLED_DUE_TO_ERRORS`",
                Failed = "LOAD_FAILED": "`LOAD_FAILED`",
            },
        }
        unknown_id: UnknownId, "What reading an unknown load answers" {
            documented: "the user guide says 400 without a code, the SDK model says 404 `BulkLoadIdNotFoundException`",
            observed: "nothing",
            evidence: Model,
            settled_by: "the status of a random UUID, and of a word that is no UUID",
            choices: {
                NotFound = "not_found": "404 `BulkLoadIdNotFoundException`",
                BadRequest = "bad_request": "400 `InvalidParameterException`",
            },
        }
        malformed_query: MalformedQuery, "What becomes of a flag, page or limit in a query that cannot be read" {
            documented: "only the valid values",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "`page=0`, `limit=0`, `limit=x` and `details=maybe`",
            choices: {
                Refused = "refused": "400 `InvalidParameterException`",
                Defaulted = "defaulted": "the default is taken",
            },
        }
        limit_over_maximum: LimitOverMaximum, "What becomes of a list whose `limit` is over 100" {
            documented: "1 to 100; boto3 does not check it",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "`limit=101`",
            choices: {
                Refused = "refused": "400 `InvalidParameterException`",
                Capped = "capped": "100 are listed",
            },
        }
        queued_feed_count: QueuedFeedCount, "Whether a load in the queue has a `feedCount`" {
            documented: "it is always there",
            observed: "it is absent",
            evidence: Observed,
            settled_by: "the status of a queued load",
            choices: {
                Absent = "absent": "it has none",
                NotStarted = "not_started": "its files count as `LOAD_NOT_STARTED`",
            },
        }
        not_started_feed_count: NotStartedFeedCount, "Whether a load that is recorded but not begun has a `feedCount`" {
            documented: "it is always there",
            observed: "graph-notebook expects that it may be missing",
            evidence: Documented,
            settled_by: "the status right after a start",
            choices: {
                Present = "present": "its files count as `LOAD_NOT_STARTED`",
                Absent = "absent": "it has none",
            },
        }
        unexecuted_feed_count: UnexecutedFeedCount, "Whether a load that was never executed has a `feedCount`" {
            documented: "it is always there",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "a dependant of a failed load",
            choices: {
                Absent = "absent": "it has none, because nobody listed its files",
                NotStarted = "not_started": "its files count as `LOAD_NOT_STARTED`",
            },
        }
        queued_start_time: QueuedStartTime, "The `startTime` of a load in the queue" {
            documented: "nothing",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "the status of a queued load",
            choices: {
                Zero = "zero": "0",
                Submitted = "submitted": "the moment at which it was sent",
                Absent = "absent": "it has none",
            },
        }
        start_time: StartTime, "Whether `startTime` is answered" {
            documented: "it is in the layout, but neither among the fields nor in the examples",
            observed: "it is there in recordings since 2019, and missing in one",
            evidence: Observed,
            settled_by: "the status of any load",
            choices: {
                Present = "present": "it is",
                Absent = "absent": "it is not",
            },
        }
        total_time_spent: TotalTimeSpent, "How `totalTimeSpent` is written" {
            documented: "`3.0` and `3`",
            observed: "whole numbers",
            evidence: Observed,
            settled_by: "the status of a completed load",
            choices: {
                Integer = "integer": "`3`",
                Float = "float": "`3.0`",
            },
        }
        empty_failed_feeds: EmptyFailedFeeds, "What `details=TRUE` adds for a load without failed feeds" {
            documented: "failed feeds are listed",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "the details of a completed load",
            choices: {
                Omitted = "omitted": "nothing",
                EmptyList = "empty_list": "`\"failedFeeds\": []`",
            },
        }
        empty_errors: EmptyErrors, "What `errors=TRUE` adds for a load without errors" {
            documented: "errors are listed",
            observed: "a public poller indexes `errors` without looking",
            evidence: Observed,
            settled_by: "the errors of a completed load",
            choices: {
                Present = "present": "`errors` with an empty list",
                Omitted = "omitted": "nothing",
            },
        }
        page_past_end: PagePastEnd, "The indexes of a page of errors beyond the last one" {
            documented: "nothing",
            observed: "0 and 0 for a load without errors, in weak evidence",
            evidence: Inferred,
            settled_by: "page 2 of a load with one error",
            choices: {
                Zero = "zero": "`startIndex` and `endIndex` are 0",
                Asked = "asked": "`startIndex` is the one that was asked for, `endIndex` the number of errors",
                Refused = "refused": "400 `InvalidParameterException`",
            },
        }
        cancelled_word: CancelledWord, "What a cancelled load's status reads" {
            documented: "`LOAD_CANCELLED_BY_USER`; AWS's SDK samples wait for `LOAD_CANCELLED`, which no document lists",
            observed: "`LOAD_CANCELLED_DUE_TO_ERRORS` for a load that the system stopped",
            evidence: Documented,
            settled_by: "the status of a load after its cancellation",
            choices: {
                ByUser = "LOAD_CANCELLED_BY_USER": "`LOAD_CANCELLED_BY_USER`",
                Bare = "LOAD_CANCELLED": "`LOAD_CANCELLED`",
            },
        }
        cancelled_feeds: CancelledFeeds, "What a cancel makes of files that were not begun" {
            documented: "nothing",
            observed: "they stay `LOAD_NOT_STARTED` when the system stops a load; for a cancel only the last entry is known",
            evidence: Inferred,
            settled_by: "the details of a cancelled load of many files",
            choices: {
                Cancelled = "cancelled": "they are cancelled like those in work",
                NotStarted = "not_started": "they stay `LOAD_NOT_STARTED`",
            },
        }
        cancel_body: CancelBody, "The body of an answered cancel" {
            documented: "none; the SDK model has an optional `status`",
            observed: "graph-notebook parses it as JSON and tests it for truth",
            evidence: Model,
            settled_by: "the cancel of a running load",
            choices: {
                Status = "status": "`{\"status\": \"200 OK\"}`",
                WithPayload = "with_payload": "`status` and an empty `payload`",
                Empty = "empty": "none",
            },
        }
        error_texts: ErrorTexts, "Where an error body carries its text" {
            documented: "the loader's pages: `message`; the engine's page, and an example of a missing permission: `detailedMessage`",
            observed: "both, with the same text, of the loader and, in 2024, of a refused signature; `detailedMessage` alone of refused \
                       signatures in 2022 and 2023",
            evidence: Observed,
            settled_by: "the status of an unknown load",
            choices: {
                Both = "both": "in both",
                DetailedOnly = "detailed_only": "in `detailedMessage`, as refused signatures in 2022 and 2023",
                MessageOnly = "message_only": "in `message`",
            },
        }
        error_wording: ErrorWording, "How an error is worded whose text in the manual is not the one that real clusters sent" {
            documented: "`AWS` in the text about a role that is not attached; no source in the text about a running load; quotes round the \
                         source in the text about a full queue",
            observed: "`aws`, in two independent answers; the source without quotes, and the limit, in both others",
            evidence: Observed,
            settled_by: "a start beside a running load",
            choices: {
                Observed = "observed": "as real clusters sent it",
                Documented = "documented": "as the manual has it",
            },
        }
        error_content_type: ErrorContentType, "The content type of an error" {
            documented: "`application/x-amz-json-1.0`, on a page of 2017",
            observed: "`application/json`, of a refused signature in 2024; the headers of no other error were recorded",
            evidence: Observed,
            settled_by: "the headers of any error",
            choices: {
                Json = "json": "`application/json`",
                AmzJson = "amz_json": "`application/x-amz-json-1.0`",
            },
        }
        error_type_header: ErrorTypeHeader, "Whether an error names its code in the header `x-amzn-errortype`" {
            documented: "nothing",
            observed: "`AccessDeniedException`, of a refused signature in 2024; the headers of no other error were recorded, and SDKs read it \
                       if it is there",
            evidence: Observed,
            settled_by: "the headers of any error",
            choices: {
                Sent = "sent": "it does",
                Absent = "absent": "it does not",
            },
        }
        recovery_http: RecoveryHttp, "The HTTP status of `/status` while the engine recovers" {
            documented: "the body's `status` is then `recovery`",
            observed: "clients see connection errors or something other than 200 around a restart",
            evidence: Inferred,
            settled_by: "polling `/status` through a reboot",
            choices: {
                Ok = "200": "200",
                Error = "500": "500",
            },
        }
        restart_running: RestartRunning, "What a restart makes of the running load" {
            documented: "nothing",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "a load read after the cluster rebooted",
            choices: {
                Failed = "LOAD_FAILED": "it ends with `LOAD_FAILED`",
                UnexpectedError = "LOAD_UNEXPECTED_ERROR": "it ends with `LOAD_UNEXPECTED_ERROR`",
                GoesOn = "goes_on": "it goes on",
            },
        }
        restart_queue: RestartQueue, "What a restart makes of the queue" {
            documented: "nothing",
            observed: "nothing",
            evidence: Inferred,
            settled_by: "queued loads read after the cluster rebooted",
            choices: {
                Kept = "kept": "it is kept",
                Lost = "lost": "waiting loads are forgotten",
            },
        }
    }
    numbers {
        visible_after_seconds up_to 3600, "How many seconds after its start a load cannot be read yet" {
            documented: "nothing",
            observed: "graph-notebook's test waits a second to be sure",
            evidence: Inferred,
            settled_by: "the status at once after a start",
        }
        error_threshold up_to 1_000_000, "With how many errors a load still completes" {
            documented: "`LOAD_COMPLETED` allows errors within an acceptable threshold, which no page tells",
            observed: "`LOAD_FAILED` after a single error, although `failOnError` was off",
            evidence: Observed,
            settled_by: "a large load with one malformed record and `failOnError` off",
        }
    }
}
