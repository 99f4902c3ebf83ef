"""Generates models with datamodel-code-generator, and drives a simulator with what they write by default: null for whatever is not set.

Arguments: the OpenAPI document, the folder to generate into, the simulator's endpoint. Prints what was seen, as JSON.
"""

import json
import pathlib
import subprocess
import sys
import urllib.request

import datamodel_code_generator

document, folder, endpoint = sys.argv[1:]
folder = pathlib.Path(folder)
folder.mkdir(parents=True, exist_ok=True)
command = [sys.executable, "-m", "datamodel_code_generator", "--input", document, "--input-file-type", "openapi"]
options = ["--output-model-type", "pydantic_v2.BaseModel", "--use-title-as-name", "--no-formatters"]
made = subprocess.run(
    [*command, *options, "--output", folder / "sim_models.py"], capture_output=True, text=True
)
assert made.returncode == 0, made.stdout + made.stderr

sys.path.insert(0, str(folder))
import sim_models as models  # noqa: E402


def ask(method, path, answer, body=None):
    """Sends a model as it writes itself, and reads the answer into a model."""
    text = None if body is None else body.model_dump_json(by_alias=True).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{endpoint}/_sim/clusters{path}", text, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as reply:
        told = json.load(reply)
    return [answer.model_validate(one) for one in told] if isinstance(told, list) else answer.model_validate(told)


# So that there is a request to be read.
urllib.request.urlopen(f"{endpoint}/loader", timeout=10).read()
load = {"lifecycle": ["LOAD_IN_PROGRESS 30s", "LOAD_COMPLETED"]}
scenario = models.Scenario.model_validate(
    {"name": "models", "about": "a cluster of generated models", "given": {"loads": {"people": load}}}
)
added = ask("POST", "", models.AddedCluster, scenario)
moved = ask("POST", "/models/clock", models.ClockReading, models.MoveClock.model_validate({"advance": "5s"}))
wait = models.MoveClock.model_validate({"wait": {"load": "people", "until": "finished"}})
waited = ask("POST", "/models/clock", models.ClockReading, wait)
for fault in [
    {"does": "reset", "fail": 2},
    {"does": {"error": {"code": "InternalFailureException"}}},
    {"does": {"answer": {"http": 302, "headers": {"location": "http://127.0.0.1/"}}}},
    {"does": {"gateway": {"http": 502}}, "on": {"load": "people"}},
]:
    ask("POST", "/models/faults", models.FaultReport, models.Fault.model_validate(fault))
listed = ask("GET", "/models/faults", models.FaultReport)
on = models.Authentication.model_validate({"keys": [{"id": "AKID", "secret": "made-up"}]})
ask("PUT", "/models/authentication", models.Authentication, on)
shown = ask("GET", "/models/authentication", models.Authentication)
ask("PUT", "/models/authentication", models.Authentication, models.Authentication.model_validate("off"))
more = models.NewLoad.model_validate({
    "id": "more",
    "lifecycle": ["LOAD_IN_PROGRESS 1m", "LOAD_FAILED"],
    "errors": [{"code": "PARSING_ERROR", "message": "m", "file": "f"}],
})
scripted = ask("POST", "/models/loads", models.Load, more)
outcome = ask("PUT", "/models/loads/more/outcome", models.Load, models.Outcome.model_validate({"runs": "5s"}))
canned = {"answers": {"http": 500, "code": "InternalFailureException", "message": "down"}}
ask("PUT", "/models/availability", models.Availability, models.Availability.model_validate(canned))
instance = ask("PATCH", "/models/instance", models.Instance, models.InstanceChange.model_validate({"role": "reader"}))
state = ask("GET", "/models/state", models.ClusterState)
twin = ask("PUT", "/models-twin/state", models.ClusterDescription, state)
requests = ask("GET", "/test_clients/requests?limit=1", models.RequestHistory)
described = ask("GET", "/models", models.ClusterDescription)
print(json.dumps({
    "added": [added.name, added.clock, added.loads],
    "moved": moved.now_text,
    "waited": waited.now_text,
    "faults": [fault.name for fault in listed],
    "keys": [key.id for key in shown.root.keys],
    "scripted": scripted.status,
    "outcome": outcome.status,
    "role": instance.role.value,
    "twin": twin.name,
    "requests": [request.target for request in requests.requests],
    "loads": [load.id for load in described.loads],
}))
