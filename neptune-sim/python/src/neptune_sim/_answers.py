"""What the control API reports, as far as tests of pollers read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Tuple
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Load:
    """A load and its life: moments are pairs of seconds by the cluster's clock and a status."""

    id: str
    #: Neptune's word for what it is now.
    status: str
    #: Whether it has ended for good.
    ended: bool
    #: Every status so far; the last one holds now.
    history: Tuple[Tuple[float, str], ...]
    #: What will come unless a request changes it.
    ahead: Tuple[Tuple[float, str], ...]

    @classmethod
    def _from(cls, data: Mapping[str, Any]) -> Load:
        return cls(data["id"], data["status"], data["ended"], _moments(data["history"]), _moments(data["ahead"]))

    def __str__(self) -> str:
        return f"{self.id}: " + ", ".join(f"{status} from {at:g}s on" for at, status in self.history + self.ahead)


@dataclass(frozen=True)
class Request:
    """A request that a cluster received, and how it was answered. It holds no secrets."""

    #: From 0, in the order of arrival.
    number: int
    #: Seconds by the cluster's clock.
    at: float
    method: str
    #: Path and query, as they were sent.
    target: str
    #: HTTP status of the answer, or ``None`` if there was none.
    status: Optional[int]
    #: The load that it asked for or started, if any.
    load: Optional[str]
    #: The status of the load in the answer, or ``None`` if the answer has none or did not arrive whole.
    load_status: Optional[str]
    #: How many seconds ago the load had ended, by the cluster's clock, when it was asked for; ``None`` if it had not.
    ended_ago: Optional[float]
    #: Name of the fault that fired at it, if any.
    fault: Optional[str]
    #: Names in lower case.
    headers: Tuple[Tuple[str, str], ...]
    #: The first 4 KiB, or ``None`` if it had none.
    body: Optional[str]
    #: The first 4 KiB of the answer's body, or ``None`` if it was empty, did not arrive whole, or made room for newer ones.
    answer: Optional[str]

    @classmethod
    def _from(cls, data: Mapping[str, Any]) -> Request:
        headers = tuple((name, value) for name, value in data["headers"])
        return cls(
            number=data["number"],
            at=data["at"],
            method=data["method"],
            target=data["target"],
            status=data.get("status"),
            load=data.get("load_id"),
            load_status=data.get("load_status"),
            ended_ago=data.get("ended_ago"),
            fault=data.get("fault"),
            headers=headers,
            body=data.get("body"),
            answer=data.get("answer"),
        )

    @property
    def path(self) -> str:
        """The path, without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> Mapping[str, List[str]]:
        """The query's parameters, each with all its values."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def json(self) -> Any:
        """The body, read as JSON.

        :raises ValueError: it is not JSON, or longer than what was kept.
        """
        return json.loads(self.body or "")

    def __str__(self) -> str:
        reported = f" {self.load_status}" if self.load_status else ""
        ended = f" (ended {self.ended_ago:g} s ago)" if self.ended_ago is not None else ""
        why = f" (fault {self.fault})" if self.fault else ""
        return f"{self.at:g}s {self.method} {self.target} {self.status or 'no answer'}{reported}{ended}{why}"


def _moments(data: List[Mapping[str, Any]]) -> Tuple[Tuple[float, str], ...]:
    return tuple((moment["at"], moment["status"]) for moment in data)
