"""Generates a client with openapi-python-client, and drives a simulator with it.

Arguments: the OpenAPI document, the folder to generate into, the simulator's endpoint. Prints what was seen, as JSON.
"""

import json
import pathlib
import subprocess
import sys
import urllib.request

import openapi_python_client

document, folder, endpoint = sys.argv[1:]
folder = pathlib.Path(folder)
folder.mkdir(parents=True, exist_ok=True)
config = folder / "config.yaml"
# Its formatter is not needed for a generated client.
config.write_text("post_hooks: []\n")
command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", document, "--config", config]
made = subprocess.run(
    [*command, "--output-path", folder / "sim_client", "--meta", "none", "--overwrite"], capture_output=True, text=True
)
assert made.returncode == 0, made.stdout + made.stderr

sys.path.insert(0, str(folder))
from sim_client import Client  # noqa: E402
from sim_client.api.authentication import read_authentication, set_authentication  # noqa: E402
from sim_client.api.availability import set_availability  # noqa: E402
from sim_client.api.clock import move_clock  # noqa: E402
from sim_client.api.clusters import add_cluster, describe_cluster  # noqa: E402
from sim_client.api.faults import add_fault, clear_faults, list_faults  # noqa: E402
from sim_client.api.instance import change_instance  # noqa: E402
from sim_client.api.loads import script_load, set_outcome  # noqa: E402
from sim_client.api.quirks import set_quirks  # noqa: E402
from sim_client.api.requests import list_requests  # noqa: E402
from sim_client.api.state import export_state, import_state  # noqa: E402
from sim_client import models  # noqa: E402

# So that there is a request to be read.
urllib.request.urlopen(f"{endpoint}/loader", timeout=10).read()
client = Client(base_url=endpoint, raise_on_unexpected_status=True)


def good(answer):
    assert answer is not None and not isinstance(answer, models.Problem), answer
    return answer


scenario = models.Scenario.from_dict({
    "name": "generated",
    "about": "a cluster that a generated client adds",
    "given": {"loads": {"people": {"lifecycle": ["LOAD_IN_PROGRESS 30s", "LOAD_COMPLETED"]}}, "tls": False},
})
added = good(add_cluster.sync(client=client, body=scenario, clock="manual"))
name = added.name
moved = good(move_clock.sync(name, client=client, body=models.MoveClockAdvance(advance="5s")))
wait = models.MoveClockWait(wait=models.Wait(load="people", until="finished"))
waited = good(move_clock.sync(name, client=client, body=wait))
faults = [
    models.Fault(does=models.EffectWord.RESET, fail=2),
    models.Fault(on=models.Target(load="people"), does=models.EffectError(error="InternalFailureException")),
    models.Fault(does=models.EffectSlowBody(slow_body="1s"), from_="1h"),
    models.Fault(use="failover", from_="2h"),
]
for fault in faults:
    good(add_fault.sync(name, client=client, body=fault))
listed = good(list_faults.sync(name, client=client))
key = models.AccessKey(id="AKID", secret="made-up")
good(set_authentication.sync(name, client=client, body=models.Iam(keys=[key])))
shown = good(read_authentication.sync(name, client=client))
good(set_authentication.sync(name, client=client, body=models.Off.OFF))
load = models.NewLoad(id="more", lifecycle=["LOAD_IN_PROGRESS 1m", "LOAD_FAILED"])
scripted = good(script_load.sync(name, client=client, body=load))
outcome = good(set_outcome.sync(name, "more", client=client, body=models.Outcome(lifecycle=["LOAD_COMPLETED"])))
good(set_availability.sync(name, client=client, body=models.AvailabilityWord.SILENT))
quirks = good(set_quirks.sync(name, client=client, body=models.QuirkValues.from_dict({"unknown_id": "bad_request"})))
instance = good(change_instance.sync(name, client=client, body=models.InstanceChange(role=models.Role.READER)))
state = good(export_state.sync(name, client=client))
twin = good(import_state.sync("twin", client=client, body=state))
cleared = good(clear_faults.sync(name, client=client))
requests = good(list_requests.sync("test_clients", client=client, limit=1))
described = good(describe_cluster.sync(name, client=client))
print(json.dumps({
    "added": [added.name, added.clock, added.loads],
    "moved": moved.now_text,
    "waited": waited.now_text,
    "faults": [fault.name for fault in listed],
    "first_fault": listed[0].fault.does.value,
    "keys": [key.id for key in shown.keys],
    "scripted": scripted.status,
    "outcome": outcome.status,
    "quirk": [quirk.value for quirk in quirks if quirk.name == "unknown_id"],
    "role": instance.role.value,
    "twin": [twin.name, twin.availability.value],
    "cleared": cleared.removed,
    "requests": [request.target for request in requests.requests],
    "loads": [load.id for load in described.loads],
}))
