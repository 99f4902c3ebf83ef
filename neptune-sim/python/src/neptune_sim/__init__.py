"""A simulated Amazon Neptune bulk loader for tests.

With pytest, ask for the fixture ``neptune``, which is a :class:`Cluster`. Elsewhere::

    with Simulator() as simulator, simulator.cluster() as neptune:
        load = neptune.load("LOAD_IN_PROGRESS 30s", "LOAD_FAILED")
        wait_for_load(neptune.endpoint, load, sleep=neptune.sleep)
"""

from ._answers import Load, Request
from ._cluster import Cluster, Fault, WaitsForever
from ._errors import CannotStart, Conflict, ControlError, NeptuneSimError, NotFound, Unreachable, UnfiredFault
from ._simulator import Simulator
from ._statuses import COMPLETED, FAILED, PENDING

__all__ = [
    "COMPLETED",
    "FAILED",
    "PENDING",
    "CannotStart",
    "Cluster",
    "Conflict",
    "ControlError",
    "Fault",
    "Load",
    "NeptuneSimError",
    "NotFound",
    "Request",
    "Simulator",
    "UnfiredFault",
    "Unreachable",
    "WaitsForever",
]
