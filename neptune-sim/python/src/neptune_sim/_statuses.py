"""The status words that Neptune documents for loads."""

from typing import Tuple

#: The load has not ended: ask again.
PENDING: Tuple[str, ...] = ("LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS")
#: The load has ended well.
COMPLETED: str = "LOAD_COMPLETED"
#: The load has ended, and not well.
FAILED: Tuple[str, ...] = (
    "LOAD_CANCELLED_BY_USER",
    "LOAD_CANCELLED_DUE_TO_ERRORS",
    "LOAD_UNEXPECTED_ERROR",
    "LOAD_FAILED",
    "LOAD_S3_READ_ERROR",
    "LOAD_S3_ACCESS_DENIED_ERROR",
    "LOAD_COMMITTED_W_WRITE_CONFLICTS",
    "LOAD_DATA_DEADLOCK",
    "LOAD_DATA_FAILED_DUE_TO_FEED_MODIFIED_OR_DELETED",
    "LOAD_FAILED_BECAUSE_DEPENDENCY_NOT_SATISFIED",
    "LOAD_FAILED_INVALID_REQUEST",
)
