"""What can go wrong between a test and the simulator. What goes wrong for the poller is no concern of these."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence


class NeptuneSimError(Exception):
    """The simulator could not do what the test asked for."""


class CannotStart(NeptuneSimError):
    """The program ``neptune-sim`` is missing, or ended before it listened.

    ``code`` is its exit code, or ``None`` if it did not run or did not end; ``stderr`` is what it wrote there.
    """

    def __init__(self, message: str, code: Optional[int] = None, stderr: str = "") -> None:
        super().__init__("\n".join(part for part in (message, stderr.strip()) if part))
        self.code = code
        self.stderr = stderr


class Unreachable(NeptuneSimError):
    """The control API does not answer: the simulator has ended, or never ran at this address."""


class ControlError(NeptuneSimError):
    """The control API refused a request.

    ``status`` is the HTTP status, ``error`` what is wrong, ``hint`` what to do about it. ``path`` is the part of the body that is wrong,
    such as ``lifecycle[0]``, or ``None`` if no single part is; ``more`` says what else is wrong, as the control API does.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.error: str = problem["error"]
        self.hint: str = problem.get("hint", "")
        self.path: Optional[str] = problem.get("path")
        self.more: Sequence[Mapping[str, Any]] = problem.get("more") or ()
        others = [f"{mistake.get('path', '')}: {mistake.get('error', '')}" for mistake in self.more]
        at = f"{self.path}: " if self.path and self.path not in self.error else ""
        lines = [at + self.error, *others, f"hint: {self.hint}" if self.hint else ""]
        super().__init__("\n".join(line for line in lines if line))


class NotFound(ControlError):
    """There is no such load, fault, request or cluster (404)."""


class Conflict(ControlError):
    """The cluster is in no state for it (409): the id is taken, the load has ended, its clock is not manual."""


class UnfiredFault(UserWarning):
    """A test ended, and a fault of its own had never fired: no request matched it, so the test has not tested it."""
