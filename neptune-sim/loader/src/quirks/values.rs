//! The values of each quirk that is a choice of words.

use crate::words::words;

words! {
    /// What happens to a start whose body is neither declared as JSON nor as a form.
    OtherContentType {
        /// It is read as JSON.
        ReadAsJson = "read_as_json",
        /// It is refused with a 400.
        Refused = "refused",
    }
}

words! {
    /// What reading an unknown load answers.
    UnknownId {
        /// 404 `BulkLoadIdNotFoundException`.
        NotFound = "not_found",
        /// 400 `InvalidParameterException`.
        BadRequest = "bad_request",
    }
}

words! {
    /// Whether `startTime` is answered.
    StartTime {
        /// It is.
        Present = "present",
        /// It is not.
        Absent = "absent",
    }
}

words! {
    /// How `totalTimeSpent` is written.
    TotalTimeSpent {
        /// `3`.
        Integer = "integer",
        /// `3.0`.
        Float = "float",
    }
}

words! {
    /// What `details=TRUE` adds for a load without failed feeds.
    EmptyFailedFeeds {
        /// Nothing.
        Omitted = "omitted",
        /// `"failedFeeds": []`.
        EmptyList = "empty_list",
    }
}

words! {
    /// What `errors=TRUE` adds for a load without errors.
    EmptyErrors {
        /// `errors` with an empty list.
        Present = "present",
        /// Nothing.
        Omitted = "omitted",
    }
}

words! {
    /// The status of a cancelled load.
    CancelledWord {
        /// The documented word.
        ByUser = "LOAD_CANCELLED_BY_USER",
        /// The word that AWS's SDK samples wait for.
        Bare = "LOAD_CANCELLED",
    }
}

words! {
    /// The body of an answered cancel.
    CancelBody {
        /// `{"status": "200 OK"}`.
        Status = "status",
        /// `status` and an empty `payload`.
        WithPayload = "with_payload",
        /// None.
        Empty = "empty",
    }
}

words! {
    /// Which keys of an error body carry its text.
    ErrorTexts {
        /// `detailedMessage` and `message`.
        Both = "both",
        /// `detailedMessage`.
        DetailedOnly = "detailed_only",
        /// `message`.
        MessageOnly = "message_only",
    }
}

words! {
    /// The content type of an error.
    ErrorContentType {
        /// `application/json`.
        Json = "json",
        /// `application/x-amz-json-1.0`.
        AmzJson = "amz_json",
    }
}

words! {
    /// What happens to the running load when the engine restarts.
    RestartRunning {
        /// It ends with `LOAD_FAILED`.
        Failed = "LOAD_FAILED",
        /// It ends with `LOAD_UNEXPECTED_ERROR`.
        UnexpectedError = "LOAD_UNEXPECTED_ERROR",
        /// It goes on.
        GoesOn = "goes_on",
    }
}

words! {
    /// What happens to the queue when the engine restarts.
    RestartQueue {
        /// It is kept.
        Kept = "kept",
        /// Waiting loads are forgotten.
        Lost = "lost",
    }
}
