"""Makes the calls with the AWS CLI, in this process because it takes most of a second to start, and prints the result of each."""

import contextlib
import io
import json
import re

import calls
from awscli.clidriver import create_clidriver

driver = create_clidriver()


def dashed(name):
    return re.sub("[A-Z]", lambda letter: "-" + letter.group().lower(), name).replace("_", "-")


def option(name, value):
    name = dashed(name.replace("s3B", "s3-b"))
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    if isinstance(value, dict):
        return [f"--{name}", ",".join(f"{key}={text}" for key, text in value.items())]
    return [f"--{name}", *(value if isinstance(value, list) else [str(value)])]


def call(method, **parameters):
    options = [word for name, value in parameters.items() for word in option(name, value)]
    out, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(complaints):
        code = driver.main(["neptunedata", dashed(method), *options, "--output", "json"])
    if code == 0:
        return json.loads(out.getvalue())
    complaint = re.search(r"An error occurred \((\w+)\) when calling the \w+ operation: (.*)", complaints.getvalue())
    if complaint is None:
        raise SystemExit(f"{method} {options}: {code} {complaints.getvalue()}")
    return {"raised": complaint[1], "http": None, "text": complaint[2]}


print(json.dumps(calls.make(call)))
