"""What the package promises, held against the program. Run from where the wheel is installed."""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import unittest
import urllib.error
import urllib.request
from datetime import timedelta

import neptune_sim
import pytest
from neptune_sim import Cluster, ControlError, Simulator

pytest_plugins = ["pytester"]


def ask(neptune, path, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(neptune.endpoint + path, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        error.close()
        raise


def status(neptune, load):
    return ask(neptune, f"/loader/{load}")["payload"]["overallStatus"]["status"]


def test_a_load_lives_as_its_lifecycle_says(neptune):
    load = neptune.load("LOAD_IN_PROGRESS 30s", "LOAD_FAILED")
    assert status(neptune, load) == "LOAD_IN_PROGRESS"
    assert neptune.advance(29.5) == 29.5
    assert neptune.advance(timedelta(milliseconds=499)) == 29.999
    assert neptune.status(load) == "LOAD_IN_PROGRESS"
    assert neptune.advance("1ms") == neptune.now == 30
    assert status(neptune, load) == neptune.status(load) == "LOAD_FAILED"
    [seen] = neptune.loads()
    assert (seen.id, seen.ended, seen.ahead) == (load, True, ())
    assert seen.history == ((0.0, "LOAD_IN_PROGRESS"), (30.0, "LOAD_FAILED"))


def test_a_load_has_what_scenarios_know(neptune):
    error = {"code": "PARSING_ERROR", "message": "Record has more columns than header", "file": "people.csv", "record": 60}
    neptune.load("LOAD_FAILED", id="people", errors=[error], records=100)
    payload = ask(neptune, "/loader/people?details=true&errors=true")["payload"]
    assert payload["errors"]["errorLogs"][0]["errorMessage"] == "Record has more columns than header"
    assert payload["overallStatus"]["totalRecords"] == 100


def test_a_load_that_the_code_starts_can_be_decided(neptune):
    start = {"source": "s3://b/people.csv", "format": "csv", "iamRoleArn": "arn:aws:iam::123456789012:role/Load", "region": "us-east-1"}
    load = ask(neptune, "/loader", "POST", start)["payload"]["loadId"]
    assert neptune.outcome(load, "LOAD_IN_PROGRESS 5s", "LOAD_DATA_DEADLOCK").ahead == ((5.0, "LOAD_DATA_DEADLOCK"),)
    assert neptune.wait(load) == 5
    assert status(neptune, load) == "LOAD_DATA_DEADLOCK"
    [request] = neptune.requests(method="POST")
    assert request.json == start and request.load == load


def test_time_goes_to_events(neptune):
    first, second = neptune.load("LOAD_IN_QUEUE 10s", "LOAD_IN_PROGRESS 10s", "LOAD_COMPLETED"), neptune.load("LOAD_COMPLETED")
    assert neptune.wait(first, "LOAD_IN_PROGRESS") == 10
    assert neptune.wait() == 20
    with pytest.raises(ControlError, match="will never be LOAD_FAILED"):
        neptune.wait(second, "LOAD_FAILED")


def test_requests_are_easy_to_assert_on(neptune):
    load = neptune.load("LOAD_COMPLETED")
    ask(neptune, f"/loader/{load}?details=true")
    with pytest.raises(urllib.error.HTTPError):
        ask(neptune, "/loader/nobody")
    assert [str(request) for request in neptune.requests()] == [
        f"0s GET /loader/{load}?details=true 200 LOAD_COMPLETED (ended 0 s ago)",
        "0s GET /loader/nobody 404",
    ]
    [request] = neptune.requests(load=load)
    assert (request.path, request.query, request.body) == (f"/loader/{load}", {"details": ["true"]}, None)
    assert (request.load_status, request.ended_ago) == ("LOAD_COMPLETED", 0)
    assert json.loads(request.answer)["payload"]["overallStatus"]["status"] == "LOAD_COMPLETED"
    [other] = neptune.requests(status=404)
    assert (other.number, other.load_status, other.ended_ago) == (1, None, None)
    assert neptune.requests(method="DELETE") == []
    neptune.forget_requests()
    assert neptune.requests() == []


def test_a_fault_counts_how_often_it_fired(neptune):
    load = neptune.load("LOAD_COMPLETED")
    blip, gateway = neptune.fault("blip-500", load=load), neptune.fault({"fail": 1, "does": {"gateway": 502}})
    assert (blip.fired, gateway.fired) == (0, 0)
    assert list(neptune.unfired()) == [*blip.names, *gateway.names]
    for code in (500, 502):
        with pytest.raises(urllib.error.HTTPError) as error:
            status(neptune, load)
        assert error.value.code == code
    assert (blip.fired, gateway.fired, list(neptune.unfired())) == (1, 1, [])
    assert [request.fault for request in neptune.requests()] == [*blip.names, *gateway.names]
    assert status(neptune, load) == "LOAD_COMPLETED"


def test_a_fault_can_be_removed_and_all_cleared(neptune):
    load = neptune.load("LOAD_COMPLETED")
    neptune.fault({"does": {"gateway": 502}}).remove()
    assert status(neptune, load) == "LOAD_COMPLETED"
    neptune.fault("failover")
    neptune.availability("refused")
    with pytest.raises(urllib.error.URLError):
        status(neptune, load)
    neptune.clear_faults()
    assert status(neptune, load) == "LOAD_COMPLETED"


def test_mistakes_come_with_a_hint(neptune):
    with pytest.raises(ControlError, match="did you mean `blip-500`") as error:
        neptune.fault("blip-50")
    assert error.value.status == 400 and "neptune-sim faults" in error.value.hint
    with pytest.raises(ControlError) as error:
        neptune.load("LOAD_IN_PROGRES 30s", "LOAD_COMPLETED")
    assert error.value.path == "lifecycle[0]" and "LOAD_IN_PROGRESS" in str(error.value)
    neptune.load("LOAD_COMPLETED", id="people")
    with pytest.raises(neptune_sim.Conflict):
        neptune.load("LOAD_COMPLETED", id="people")
    with pytest.raises(neptune_sim.NotFound):
        neptune.status("nobody")


@pytest.mark.parametrize("end", [*neptune_sim.FAILED, neptune_sim.COMPLETED])
def test_a_poller_that_goes_on_after_the_end_is_ended(neptune, end):
    load = neptune.load("LOAD_IN_PROGRESS 30s", end)
    with pytest.raises(neptune_sim.WaitsForever, match=f"seen 3 times that load-1 is {end}"):
        while True:
            try:
                status(neptune, load)
                neptune.sleep(10)
            except Exception:
                pass
    assert neptune.now == 60


def test_a_poller_of_an_unknown_load_is_ended(neptune):
    with pytest.raises(neptune_sim.WaitsForever, match="seen 3 times that there is no load nobody"):
        while True:
            with pytest.raises(urllib.error.HTTPError):
                status(neptune, "nobody")
            neptune.sleep(1)


def test_a_poller_may_wait_as_long_as_a_load_or_trouble_lasts(neptune):
    load = neptune.load("LOAD_IN_PROGRESS 300s", "LOAD_COMPLETED")
    neptune.fault({"from": "300s", "until": "600s", "does": {"error": "InternalFailureException"}})
    seen = []
    for _ in range(60):
        try:
            seen.append(status(neptune, load))
        except urllib.error.HTTPError:
            seen.append("error")
        neptune.sleep(10)
    assert seen == ["LOAD_IN_PROGRESS"] * 30 + ["error"] * 30
    assert status(neptune, load) == "LOAD_COMPLETED"


def test_a_deadline_of_the_poller_passes_in_simulated_time(neptune, monkeypatch):
    load = neptune.load("LOAD_IN_PROGRESS 90m", "LOAD_COMPLETED")
    monkeypatch.setattr("time.sleep", neptune.sleep)
    monkeypatch.setattr("time.monotonic", neptune.monotonic)
    began = time.monotonic()
    while status(neptune, load) == "LOAD_IN_PROGRESS" and time.monotonic() - began < 3600:
        time.sleep(30)
    assert neptune.now == neptune.monotonic() == 3600
    neptune.wait(load)
    assert time.monotonic() == 5400


def test_an_asynchronous_poller_awaits_its_sleep(neptune):
    load = neptune.load("LOAD_IN_PROGRESS 1m", "LOAD_COMPLETED")

    async def poll(sleep):
        while status(neptune, load) == "LOAD_IN_PROGRESS":
            await sleep(5)

    asyncio.run(poll(neptune.sleep))
    assert neptune.now == 60


def test_the_environment_is_enough_for_an_aws_client(neptune, neptune_environment):
    assert os.environ["AWS_ENDPOINT_URL_NEPTUNEDATA"] == neptune_environment["AWS_ENDPOINT_URL_NEPTUNEDATA"] == neptune.endpoint
    boto3 = pytest.importorskip("boto3")
    load = neptune.load("LOAD_COMPLETED")
    assert boto3.client("neptunedata").get_loader_job_status(loadId=load)["status"] == "200 OK"


def test_a_proxy_of_the_users_stays_out_of_it(neptune, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "intranet.example")
    environment = neptune.environment
    assert environment["NO_PROXY"] == environment["no_proxy"] == f"intranet.example,{neptune.host}"
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert status(neptune, neptune.load("LOAD_COMPLETED")) == "LOAD_COMPLETED"


@pytest.mark.neptune(given={"strict": True})
def test_a_marker_says_what_is_given(neptune):
    assert neptune.control("GET", "/strict") is True


@pytest.mark.neptune(scenario="name: mine\nabout: One load\ngiven: {loads: {people: {lifecycle: [LOAD_COMPLETED]}}}\n")
def test_a_scenario_file_is_taken_as_it_is(neptune):
    assert status(neptune, "people") == "LOAD_COMPLETED"


@pytest.mark.neptune(clock="scaled:1000000", start_clock="on-request")
def test_time_can_run_by_itself_from_the_first_request_on(neptune):
    load = neptune.load("LOAD_IN_PROGRESS 1ms", "LOAD_COMPLETED")
    assert neptune.now == 0
    while status(neptune, load) != "LOAD_COMPLETED":
        pass
    with pytest.raises(neptune_sim.Conflict, match="manual"):
        neptune.advance(1)


def test_a_cluster_is_removed_with_its_test(neptune_simulator):
    with neptune_simulator.cluster("short") as cluster:
        assert cluster.name.startswith("short-") and cluster.endpoint == f"http://{cluster.host}:{cluster.port}"
    with pytest.raises(neptune_sim.NotFound):
        cluster.loads()
    cluster.remove()
    names = [line["name"] for line in neptune_simulator._control.ask("GET", "/_sim/clusters")]
    assert cluster.name not in names


def test_a_fault_that_never_fired_is_warned_of(neptune_simulator):
    with pytest.warns(neptune_sim.UnfiredFault, match="no request matched the fault blip-500"):
        with neptune_simulator.cluster() as cluster:
            cluster.fault("blip-500")


def test_a_program_that_cannot_start_is_one_error_with_its_stderr(tmp_path):
    program = tmp_path / "neptune-sim"
    program.write_text("#!/bin/sh\necho 'error: no room' >&2\nexit 102\n")
    program.chmod(0o755)
    with pytest.raises(neptune_sim.CannotStart, match="did not start: exit code 102\nerror: no room") as error:
        Simulator(str(program))
    assert (error.value.code, error.value.stderr) == (102, "error: no room\n")
    with pytest.raises(neptune_sim.CannotStart, match="cannot run /nowhere/neptune-sim: No such file"):
        Simulator("/nowhere/neptune-sim")
    program.write_text("#!/bin/sh\necho hello\n")
    with pytest.raises(neptune_sim.CannotStart, match="it said 'hello' and not where it listens|exit code 0"):
        Simulator(str(program))


def test_a_simulator_that_has_ended_is_reported_so():
    simulator = Simulator()
    cluster = simulator.cluster()
    before = threading.active_count()
    simulator.close()
    simulator.close()
    assert threading.active_count() == before == 1 or "xdist" in sys.modules
    with pytest.raises(neptune_sim.Unreachable, match=f"the simulator at {simulator.url} does not answer"):
        cluster.loads()


def test_the_simulator_ends_with_a_process_that_is_killed():
    script = "import neptune_sim, os, signal; s = neptune_sim.Simulator(); print(s._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    output = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert output.returncode == -signal.SIGKILL
    wait_for_the_end_of(int(output.stdout))


def wait_for_the_end_of(pid):
    """It is no child of this process, and so cannot be waited for otherwise."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended, _, _ = select.select([process], [], [], 10)
    os.close(process)
    assert ended, f"process {pid} is still there"


def test_a_failed_test_shows_what_was_asked(pytester):
    pytester.makepyfile(
        """
        def test_it(neptune):
            neptune.load("LOAD_IN_PROGRESS 5s", "LOAD_COMPLETED")
            assert neptune.now == 1
        """
    )
    result = pytester.runpytest_subprocess()
    result.stdout.fnmatch_lines(["*- neptune-sim -*", "neptune: 0 requests", "*load-1: LOAD_IN_PROGRESS from 0s on, LOAD_COMPLETED from 5s on"])
    result.assert_outcomes(failed=1)


def test_workers_of_xdist_share_one_simulator(pytester):
    pytest.importorskip("xdist")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_it(neptune, neptune_simulator, number):
            print("simulator", neptune_simulator.url, neptune.load("LOAD_COMPLETED"))
            assert neptune_simulator._process is None
        """
    )
    result = pytester.runpytest_subprocess("-n", "2", "-rP")
    result.assert_outcomes(passed=6)
    urls = {line for line in result.outlines if line.startswith("simulator ")}
    assert len(urls) == 1 and "load-1" in urls.pop()


def test_a_run_without_a_program_fails_where_it_is_needed_and_nowhere_else(pytester, monkeypatch):
    monkeypatch.setenv("NEPTUNE_SIM", "/nowhere/neptune-sim")
    pytester.makepyfile("def test_a(neptune): pass\ndef test_b(): pass")
    for arguments in [(), ("-n", "2")] if "xdist" in sys.modules else [()]:
        result = pytester.runpytest_subprocess(*arguments)
        result.assert_outcomes(passed=1, errors=1)
        result.stdout.fnmatch_lines(["*CannotStart: cannot run /nowhere/neptune-sim: No such file or directory"])


def test_a_package_without_its_program_takes_one_on_the_path(tmp_path, monkeypatch):
    monkeypatch.delenv("NEPTUNE_SIM", raising=False)
    monkeypatch.setattr("neptune_sim._simulator._script_folders", lambda: [])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(neptune_sim.CannotStart, match="there is no program `neptune-sim`: pip install neptune-sim"):
        Simulator()
    program = tmp_path / "neptune-sim"
    program.write_text("#!/bin/sh\nexit 102\n")
    program.chmod(0o755)
    with pytest.raises(neptune_sim.CannotStart, match=f"{program} did not start: exit code 102"):
        Simulator()


class WithoutPytest(unittest.TestCase):
    """As a user of unittest writes it."""

    simulator: Simulator
    neptune: Cluster

    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.addClassCleanup(cls.simulator.close)

    def setUp(self):
        self.neptune = self.simulator.cluster(self.id())
        self.addCleanup(self.neptune.remove)

    def test_a_load(self):
        load = self.neptune.load("LOAD_IN_PROGRESS 1m", "LOAD_COMPLETED")
        self.neptune.wait(load)
        self.assertEqual(status(self.neptune, load), "LOAD_COMPLETED")
