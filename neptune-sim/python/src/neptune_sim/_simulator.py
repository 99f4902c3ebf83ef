"""The simulator as a process that ends with this one."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sysconfig
import tempfile
from itertools import count
from types import TracebackType
from typing import IO, Any, List, Mapping, Optional, Type, Union

from ._cluster import Cluster
from ._control import CLUSTERS, Control
from ._errors import CannotStart

#: Seconds until a program that neither listens nor ends is given up.
PATIENCE = 30
#: Port 0 takes a free one. The pipe on stdin ends the program when this process does, however that happens.
ARGUMENTS = ("--listen", "127.0.0.1:0", "--clock", "manual", "--end-with-stdin")


class Simulator:
    """A running simulator, to which clusters are added.

    It ends with :meth:`close`, at the end of the ``with`` block, and with this process, even if that is killed.

    :param program: the program, instead of ``$NEPTUNE_SIM``, the one that was installed with this package, or one on the ``PATH``.
    :raises CannotStart: there is no such program, or it ends at once; the text has what it wrote to stderr.
    """

    def __init__(self, program: Optional[str] = None) -> None:
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._start(program or find_program())
        self._begin()

    @classmethod
    def at(cls, url: str) -> Simulator:
        """One that already runs, by the URL of its control API: in a container, or started by another process. It is not ended."""
        running = cls.__new__(cls)
        running._process, running._control = None, Control(url)
        running._begin()
        return running

    def _begin(self) -> None:
        self._numbers = count(1)

    @property
    def url(self) -> str:
        """Where its control API is: ``http://127.0.0.1:40123``."""
        return self._control.url

    def cluster(
        self,
        name: str = "test",
        *,
        clock: str = "manual",
        start_clock: Optional[str] = None,
        given: Optional[Mapping[str, Any]] = None,
        scenario: Optional[str] = None,
    ) -> Cluster:
        """Adds a cluster, which has an endpoint, a clock and loads of its own.

        :param name: what to call it in logs; a number that makes it unique is added.
        :param clock: ``manual``, ``real`` or ``scaled:60``.
        :param start_clock: ``at-once`` (default) or ``on-request``: when a real or scaled clock starts.
        :param given: what a scenario has under ``given``, such as ``{"strict": True}``.
        :param scenario: the text of a scenario file, instead of ``given``. Its steps do not run.
        :raises ControlError: something of that is wrong; the text says what.
        """
        if given is not None and scenario is not None:
            raise ValueError("give `given` or `scenario`, not both")
        unique = f"{re.sub('[^A-Za-z0-9._-]+', '_', name)[-60:]}-{os.getpid()}-{next(self._numbers)}"
        body: Union[str, Mapping[str, Any]]
        body = scenario if scenario is not None else {"name": unique, "about": "A test", "given": dict(given or {})}
        query = {"name": unique, "clock": clock, "start_clock": start_clock}
        added = self._control.ask("POST", CLUSTERS, body, query)
        return Cluster(self._control, added["name"], added["endpoint"])

    def close(self) -> None:
        """Ends the simulator, if this object started it. Does nothing the second time."""
        process, self._process = self._process, None
        # A forked process has this object, too, and is not to end what its parent uses.
        if process is None or os.getpid() != self._owner:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_process", None) is not None:
            self.close()

    def _start(self, program: str) -> None:
        self._owner = os.getpid()
        # A file and no pipe: nothing has to read it while the simulator runs.
        with tempfile.TemporaryFile() as stderr:
            try:
                self._process = _spawn(program, stderr)
            except OSError as error:
                raise CannotStart(f"cannot run {program}: {error.strerror or error}") from error
            first = _first_line(self._process)
            listens = re.search(r" listens on (http://\S+)", first)
            if listens:
                self._control = Control(listens[1])
                return
            code = self._process.poll() if first else _ended(self._process)
            self.close()
            stderr.seek(0)
            what = f"exit code {code}" if code is not None else f"it said {first!r} and not where it listens"
            raise CannotStart(f"{program} did not start: {what}", code, stderr.read().decode("utf-8", "replace"))


def find_program() -> str:
    """The program that a simulator is started from: see :class:`Simulator`.

    :raises CannotStart: there is none.
    """
    named = os.environ.get("NEPTUNE_SIM")
    if named:
        return named
    for folder in _script_folders():
        path = os.path.join(folder, "neptune-sim")
        if os.access(path, os.X_OK):
            return path
    found = shutil.which("neptune-sim")
    if found is None:
        raise CannotStart("there is no program `neptune-sim`: pip install neptune-sim brings it, or name one in the variable NEPTUNE_SIM")
    return found


def _script_folders() -> List[str]:
    """Where pip puts programs: of this environment, of the user, and of ``pip install --target``."""
    user = f"{os.name}_user"
    folders = [sysconfig.get_path("scripts")]
    if user in sysconfig.get_scheme_names():
        folders.append(sysconfig.get_path("scripts", user))
    folders.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bin"))
    return folders


def _spawn(program: str, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    # The user's own settings for the program would move it elsewhere.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEPTUNE_SIM")}
    # Ctrl-C is for the tests, which then still remove their clusters: the program is in a session of its own.
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [program, *ARGUMENTS], stdin=pipe, stdout=pipe, stderr=stderr, env=environment, bufsize=0, start_new_session=True
    )


def _first_line(process: subprocess.Popen[bytes]) -> str:
    """What the program says first, or nothing if it ends or stays silent."""
    assert process.stdout is not None
    text = b""
    while b"\n" not in text:
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        more = os.read(process.stdout.fileno(), 4096) if ready else b""
        if not more:
            break
        text += more
    return text.split(b"\n")[0].decode("utf-8", "replace")


def _ended(process: subprocess.Popen[bytes]) -> Optional[int]:
    """The exit code of a program that has closed its stdout, or ``None`` if it goes on without it."""
    try:
        return process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return None
