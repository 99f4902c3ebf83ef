"""Requests to the control API, one connection each: no state that a thread or a forked process could share."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional
from urllib.parse import quote, urlencode, urlsplit

from ._errors import Conflict, ControlError, NotFound, Unreachable

#: Seconds. The control API is on this machine and answers in milliseconds.
TIMEOUT = 30


class Control:
    """The control API at a base URL, ``http://127.0.0.1:8182``."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"`{url}` is not the URL of a control API: write http://HOST:PORT")
        self.url = url.rstrip("/")
        self._host, self._port = parts.hostname, parts.port or 80

    def ask(self, method: str, path: str, body: Any = None, query: Optional[Dict[str, Optional[str]]] = None) -> Any:
        """Sends a request and gives the JSON of the answer, or ``None`` if that has no body."""
        given = {key: value for key, value in (query or {}).items() if value is not None}
        target = path + (f"?{urlencode(given)}" if given else "")
        if isinstance(body, str) and path == CLUSTERS:
            # A scenario as YAML.
            data, kind = body.encode(), "application/yaml"
        else:
            data, kind = (b"" if body is None else json.dumps(body).encode()), "application/json"
        status, text = self._send(method, target, data, kind)
        return _read(status, text)

    def _send(self, method: str, target: str, data: bytes, kind: str) -> tuple[int, str]:
        # Imported here, because most runs of pytest that have the plugin never ask for a cluster. No proxy of the user's stands in between.
        from http.client import HTTPConnection, HTTPException

        connection = HTTPConnection(self._host, self._port, timeout=TIMEOUT)
        try:
            connection.request(method, target, data or None, {"Content-Type": kind} if data else {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            raise Unreachable(f"the simulator at {self.url} does not answer {method} {target}: {error}") from error
        finally:
            connection.close()


#: Where clusters are added and listed.
CLUSTERS = "/_sim/clusters"


def segment(text: str) -> str:
    """A text as one segment of a path."""
    return quote(text, safe="")


def _read(status: int, text: str) -> Any:
    try:
        answer = json.loads(text) if text else None
    except ValueError:
        answer = {"error": text.strip() or f"HTTP {status}"}
    if status < 300:
        return answer
    problem = answer if isinstance(answer, dict) and "error" in answer else {"error": f"HTTP {status}: {text.strip()}"}
    raise {404: NotFound, 409: Conflict}.get(status, ControlError)(status, problem)
