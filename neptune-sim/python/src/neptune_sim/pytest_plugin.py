"""The pytest plugin: one simulator for each run of tests, one cluster for each test.

With pytest-xdist, the controller starts the simulator and the workers use it.
"""

from __future__ import annotations

from typing import Any, Dict, Generator, Iterator, Optional

import pytest

from ._cluster import Cluster, WaitsForever
from ._errors import CannotStart, NeptuneSimError
from ._simulator import Simulator

MARKER = (
    "neptune(clock='manual', start_clock=None, given=None, scenario=None): what the cluster of the fixture `neptune` is like; "
    "see neptune_sim.Simulator.cluster"
)
_CLUSTER = pytest.StashKey[Cluster]()
_SHARED = pytest.StashKey[Simulator]()
#: Under this key workers of xdist are given the URL of the simulator, or why there is none.
_INPUT = "neptune_sim"


@pytest.fixture(scope="session")
def neptune_simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """The simulator of this run of tests."""
    given: Optional[Dict[str, str]] = getattr(request.config, "workerinput", {}).get(_INPUT)
    if given is None:
        with Simulator() as simulator:
            yield simulator
    elif "error" in given:
        raise CannotStart(given["error"])
    else:
        yield Simulator.at(given["url"])


@pytest.fixture
def neptune(request: pytest.FixtureRequest, neptune_simulator: Simulator) -> Iterator[Cluster]:
    """A simulated Neptune cluster of the test's own, with a manual clock: see ``neptune_sim.Cluster``."""
    marker = request.node.get_closest_marker("neptune")
    options: Dict[str, Any] = dict(marker.kwargs) if marker else {}
    with neptune_simulator.cluster(request.node.name, **options) as cluster:
        request.node.stash[_CLUSTER] = cluster
        yield cluster


@pytest.fixture
def neptune_environment(neptune: Cluster, monkeypatch: pytest.MonkeyPatch) -> Dict[str, str]:
    """Leads the AWS SDK of this process to the cluster, while the test runs: sets the variables of ``neptune.environment``."""
    for name, value in neptune.environment.items():
        monkeypatch.setenv(name, value)
    # A profile of the user's may be missing here, or name another endpoint.
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return neptune.environment


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist asks this in the controller, for each worker before it starts."""
    stash = node.config.stash
    try:
        if _SHARED not in stash:
            stash[_SHARED] = Simulator()
        node.workerinput[_INPUT] = {"url": stash[_SHARED].url}
    except CannotStart as error:
        # Tests that ask for no cluster do not suffer from it.
        node.workerinput[_INPUT] = {"error": str(error)}


def pytest_unconfigure(config: pytest.Config) -> None:
    if _SHARED in config.stash:
        config.stash[_SHARED].close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Adds to a test that failed what its cluster was asked, unless the error says so itself."""
    outcome = yield
    report = outcome.get_result()
    cluster = item.stash.get(_CLUSTER, None)
    if cluster is None or report.when != "call" or not report.failed or call.excinfo is None or call.excinfo.errisinstance(WaitsForever):
        return
    try:
        report.sections.append(("neptune-sim", cluster.report()))
    except NeptuneSimError as error:
        report.sections.append(("neptune-sim", str(error)))
