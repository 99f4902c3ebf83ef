"""Has schemathesis make up requests from the OpenAPI document, and holds the answers against it.

Arguments: the document, a folder of its own, the simulator's endpoint. Prints what failed, as JSON. The seed is fixed, and so is the number
of requests; one in many runs is no better at finding what only another seed finds.
"""

import json
import os
import pathlib
import subprocess
import sys

import schemathesis  # noqa: F401

SEED = 12
EXAMPLES = 8

document, folder, endpoint = sys.argv[1:]
document = os.path.abspath(document)
folder = pathlib.Path(folder).resolve()

# What is right by the schema and refused all the same, because of a rule that no schema says. Everything else has to be taken, unless
# what it is about is not there (404), or not possible now (409).
RULES = {
    "addCluster": "a scenario has rules about names, lifecycles and steps; its S3 server is on this machine (403)",
    "importState": "the parts of a loader fit one another, and only the simulator knows how",
    "moveClock": "a wait is for one thing; 100 years and a factor of 32 bits are the most",
    "setAvailability": "an answer has either a code with a message or a body",
    "setAuthentication": "an id of a key has no blanks and is there once; a secret must be given; actions are Neptune's",
    "changeInstance": "only an instance that recovers rolls transactions back",
    "addFault": "`use` and `does` exclude each other; faults of the port choose no requests; names, codes and headers are possible ones",
    "scriptLoad": "a lifecycle is one; a load has as many files as its errors name",
    "setOutcome": "as for a load; it says something, and `lifecycle` and `runs` exclude each other",
}

CONFIG = f"""
seed = {SEED}
hooks = "made_up_hooks"
workers = 1
request-timeout = 10.0

[parameters]
"path.name" = "test_clients"
"path.id" = "broken"

[generation]
max-examples = {EXAMPLES}
database = "none"

# Its cases are as many as all others together, and a scenario has tests of its own.
[[operations]]
include-operation-id = "addCluster"
phases.coverage.enabled = false

[[operations]]
include-operation-id = {json.dumps(sorted(RULES))}
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "403", "404", "409", "413"]
"""

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "refusals_are_plain",
]

config = folder / "schemathesis.toml"
config.write_text(CONFIG)
start = "from schemathesis.cli import schemathesis; schemathesis()"
command = [sys.executable, "-c", start, "--config-file", config, "run", document, "--url", endpoint]
options = ["--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing", "--no-shrink", "--continue-on-failure"]
environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).resolve().parent)}
made = subprocess.run([*command, *options], cwd=folder, env=environment, capture_output=True, text=True)
told = (made.stdout + made.stderr).splitlines()
cases = [int(line.split()[0].replace(",", "")) for line in told if line.strip()[:1].isdigit() and " generated" in line]
print(json.dumps({"seed": SEED, "cases": sum(cases), "failed": [] if made.returncode == 0 else told[-200:]}))
