"""One simulated cluster, as a test sees it."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from datetime import timedelta
from itertools import count
from types import TracebackType
from typing import Any, Dict, Generator, List, Mapping, Optional, Sequence, Type, Union
from urllib.parse import urlsplit

from ._answers import Load, Request
from ._control import CLUSTERS, Control, segment
from ._errors import NotFound, UnfiredFault

#: A time: seconds, a ``timedelta``, or a text such as ``"250ms"``, ``"1.5s"``, ``"2m"``.
Duration = Union[float, timedelta, str]

#: How often a poller may look at a load that has ended and sleep again, before it counts as waiting forever.
LOOKS_AFTER_THE_END = 3
#: How often a poller may sleep in one test, whatever it is answered.
SLEEPS = 10_000
#: How many requests a report shows.
SHOWN_REQUESTS = 20


class WaitsForever(BaseException):
    """The poller goes on although there is nothing left to wait for.

    It is no ``Exception``, so that a poller that catches all of these ends, too.
    """


class Slept:
    """What :meth:`Cluster.sleep` gives. There is nothing to wait for any more: an asynchronous poller may await it, and goes on at once."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()


class Cluster:
    """A simulated cluster with an endpoint, a clock and loads of its own. :meth:`Simulator.cluster` makes one.

    :ivar name: what the simulator calls it.
    :ivar endpoint: where the poller is to ask: ``http://127.0.0.1:40123``.
    :ivar host: the endpoint's host.
    :ivar port: the endpoint's port.
    """

    def __init__(self, control: Control, name: str, endpoint: str) -> None:
        self._control = control
        self._path = f"{CLUSTERS}/{segment(name)}"
        self._numbers = count(1)
        self._faults: List[Fault] = []
        self._sleeps = 0
        self._moved_to = 0.0
        parts = urlsplit(endpoint)
        self.name, self.endpoint = name, endpoint
        self.host, self.port = str(parts.hostname), int(parts.port or 80)

    @property
    def environment(self) -> Dict[str, str]:
        """The variables that lead AWS's SDKs and CLI to this cluster, with a region and keys that open nothing."""
        # A proxy of the user's does not know this cluster. Clients read either spelling first.
        direct = ",".join(part for part in (os.environ.get("no_proxy") or os.environ.get("NO_PROXY"), self.host) if part)
        return {
            "AWS_ENDPOINT_URL_NEPTUNEDATA": self.endpoint,
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": direct,
            "no_proxy": direct,
        }

    # Loads

    def load(self, *lifecycle: str, id: Optional[str] = None, **more: Any) -> str:
        """Puts a load in, which begins at once, and gives its id.

        :param lifecycle: its statuses, all but the last with how long they last: ``"LOAD_IN_PROGRESS 30s", "LOAD_FAILED"``.
        :param id: its id. Default: ``load-1``, ``load-2``, …
        :param more: what else a load of a scenario has: ``errors``, ``source``, ``files``, ``records``, ``undocumented_statuses``, …
        :raises ControlError: something of that is wrong; the text says what.
        """
        body = {"id": id or f"load-{next(self._numbers)}", "lifecycle": lifecycle, **more}
        return str(self.control("POST", "/loads", body)["id"])

    def outcome(self, load: str, *lifecycle: str, **more: Any) -> Load:
        """Replaces what is ahead of a load, one that the poller has started among them.

        :raises NotFound: there is no such load.
        :raises Conflict: it has ended.
        """
        body = {**({"lifecycle": lifecycle} if lifecycle else {}), **more}
        return Load._from(self.control("PUT", f"/loads/{segment(load)}/outcome", body))

    def loads(self) -> List[Load]:
        """Every load, those that the poller has started among them."""
        return [Load._from(load) for load in self.control("GET", "/loads")]

    def status(self, load: str) -> str:
        """What a load is now, in Neptune's word. The poller's view does not matter to it, and it counts as no request.

        :raises NotFound: there is no such load.
        """
        return str(self.control("GET", f"/loads/{segment(load)}")["status"])

    # Time

    @property
    def now(self) -> float:
        """What its clock reads, in seconds since it began."""
        return float(self.control("GET", "/clock")["now"])

    def advance(self, duration: Duration) -> float:
        """Lets time pass, and takes none. Gives what the clock then reads.

        :raises Conflict: the clock is not manual.
        """
        return self._move({"advance": _text(duration)})

    def wait(self, load: Optional[str] = None, until: str = "finished") -> float:
        """Goes to the moment at which a load, or each, has ended or has a status, and gives what the clock then reads.

        :raises ControlError: that never happens.
        """
        return self._move({"wait": {"load": load, "until": until} if load else {"all_loads": until}})

    def monotonic(self) -> float:
        """What a poller is given in place of ``time.monotonic`` or ``time.time``: the moment to which this object has moved a manual clock last. It
        asks nobody, so that it may stand for the clock of a whole process."""
        return self._moved_to

    def sleep(self, duration: Duration) -> Slept:
        """What a poller is given in place of ``time.sleep`` or ``asyncio.sleep``: it lets simulated time pass, and takes none.

        :raises WaitsForever: the poller has looked three times at a load that has ended, and sleeps again.
        """
        __tracebackhide__ = True  # pytest shows where the poller sleeps, and not this.
        self.advance(duration)
        self._sleeps += 1
        over = {load.id: load for load in self.loads() if load.ended}
        looks = Counter(str(request.load) for request in self.requests(method="GET") if _shows_the_end(request, over))
        for load, looked in looks.items():
            if looked >= LOOKS_AFTER_THE_END:
                raise WaitsForever(f"the poller goes on after it has seen {looked} times that {_end(load, over)}\n{self.report()}")
        if self._sleeps >= SLEEPS:
            raise WaitsForever(f"the poller has slept {SLEEPS} times in one test\n{self.report()}")
        return Slept()

    def _move(self, how: Mapping[str, Any]) -> float:
        self._moved_to = float(self.control("POST", "/clock", how)["now"])
        return self._moved_to

    # Trouble

    def fault(self, fault: Union[str, Mapping[str, Any]], *, load: Optional[str] = None) -> Fault:
        """Lets something go wrong from now on.

        :param fault: a ready-made one, ``"blip-500"`` (``neptune-sim faults`` lists them), or what a scenario has under ``faults``, such as
            ``{"fail": 2, "does": {"gateway": 502}}``.
        :param load: only for requests about this load.
        :raises ControlError: something of that is wrong; the text says what.
        """
        body: Dict[str, Any] = {"use": fault} if isinstance(fault, str) else dict(fault)
        if load is not None:
            body["on"] = {**(body.get("on") or {}), "load": load}
        added = Fault(self, [part["name"] for part in self.control("POST", "/faults", body)])
        self._faults.append(added)
        return added

    def clear_faults(self) -> None:
        """Removes all faults, and makes the cluster available."""
        self.control("DELETE", "/faults")
        self.availability("available")
        self._faults.clear()

    def availability(self, availability: Union[str, Mapping[str, Any]]) -> None:
        """Makes the cluster ``refused``, ``unreachable``, ``silent`` or ``available`` again, or lets it give one answer to every request:
        ``{"answers": {"http": 500, "code": "InternalFailureException", "message": "down"}}``."""
        self.control("PUT", "/availability", availability)

    def unfired(self) -> Sequence[str]:
        """The names of faults, those of this cluster's scenario among them, that should have fired and have not."""
        reports = self.control("GET", "/faults")
        return [report["name"] for report in reports if not report["fired"] and not report["fault"].get("optional")]

    # What the poller did

    def requests(
        self,
        *,
        method: Optional[str] = None,
        path: Optional[str] = None,
        load: Optional[str] = None,
        status: Optional[int] = None,
    ) -> List[Request]:
        """What was asked, the oldest first: the newest 1 MiB. ``status`` is the HTTP status of the answer."""
        query = {"method": method, "path": path, "load": load, "status": None if status is None else str(status)}
        return [Request._from(request) for request in self.control("GET", "/requests", query=query)["requests"]]

    def forget_requests(self) -> None:
        """Empties the log of requests; their numbers go on."""
        self.control("DELETE", "/requests")

    def report(self) -> str:
        """The loads and the newest requests, to read. The pytest plugin adds it to a test that fails."""
        requests = self.requests()
        shown = requests[-SHOWN_REQUESTS:]
        more = f", of which the last {len(shown)}" if len(shown) < len(requests) else ""
        lines = [f"neptune: {len(requests)} requests{more}", *map(str, shown), *map(str, self.loads())]
        return "\n  ".join(lines)

    # The rest

    def control(self, method: str, path: str, body: Any = None, *, query: Optional[Dict[str, Optional[str]]] = None) -> Any:
        """Sends a request of the control API that has no method here: ``neptune.control("PUT", "/strict", True)``.

        :param path: what follows ``/_sim/clusters/{name}``; empty for the cluster itself.
        :raises ControlError: it is refused; the text says why.
        :raises Unreachable: the simulator has ended.
        """
        return self._control.ask(method, self._path + path, body, query)

    def remove(self) -> None:
        """Removes the cluster and frees its port. Warns of faults that never fired. Does nothing the second time."""
        try:
            idle = set(self.unfired())
            self.control("DELETE", "")
        except NotFound:
            return
        for fault in self._faults:
            never = [name for name in fault.names if name in idle]
            if never:
                warnings.warn(UnfiredFault(f"no request matched the fault {', '.join(never)}, so nothing tested it"), stacklevel=2)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.remove()


class Fault:
    """A fault that :meth:`Cluster.fault` has added. A ready-made one may have several parts, each with a name."""

    def __init__(self, cluster: Cluster, names: Sequence[str]) -> None:
        self._cluster = cluster
        self.names = tuple(names)

    @property
    def fired(self) -> int:
        """At how many requests it fired so far, all parts together."""
        reports = self._cluster.control("GET", "/faults")
        return sum(int(report["fired"]) for report in reports if report["name"] in self.names)

    def remove(self) -> None:
        """Removes it.

        :raises NotFound: it was removed before.
        """
        for name in self.names:
            self._cluster.control("DELETE", f"/faults/{segment(name)}")
        self._cluster._faults.remove(self)


def _text(duration: Duration) -> str:
    if isinstance(duration, str):
        return duration
    seconds = duration.total_seconds() if isinstance(duration, timedelta) else duration
    return f"{round(seconds * 1000)}ms"


def _shows_the_end(request: Request, over: Mapping[str, Load]) -> bool:
    """Whether an answer reports that a load has ended, or that Neptune does not know it. Trouble on the way reports neither."""
    if request.load is None or request.fault or not request.status or request.status >= 500:
        return False
    if request.status in (400, 404):
        return True
    return request.status == 200 and request.load in over and request.at >= over[request.load].history[-1][0]


def _end(load: str, over: Mapping[str, Load]) -> str:
    return f"{load} is {over[load].status}" if load in over else f"there is no load {load}"
