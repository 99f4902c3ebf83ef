"""Runs executions of state machines in moto, each in a process of its own, under a virtual clock.

Usage: driver.py SOCKET. It prints one line of JSON: {"ready": true} once it listens at the Unix socket, or {"missing": WHAT}.
A connection brings one execution as a line of JSON, and is answered its end as another:
    {"definition": TEXT, "input": TEXT, "name": TEXT, "host": URL, "services": {NAME: URL}, "seed": NUMBER, "events": NUMBER}
    {"status", "output", "error", "cause", "entered", "milliseconds", "events"}, or {"refused": WHY}, or {"broken": WHY}
"""

import importlib.metadata
import json
import logging
import os
import random
import select
import signal
import socket
import sys
import threading
import traceback

PACKAGES = {"moto": "5.2.5", "jsonata-python": "0.7.1"}
ACCOUNT, REGION = "123456789012", "us-east-1"
SAMPLE = {
    "StartAt": "Task",
    "States": {
        "Task": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "name", "Payload.$": "$"},
            "OutputPath": "$.Payload",
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 2.0}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Fail"}],
            "Next": "Choice",
        },
        "Choice": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.status", "StringEquals": "SUCCESS", "Next": "Succeed"}],
            "Default": "Wait",
        },
        "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Task"},
        "Succeed": {"Type": "Succeed"},
        "Fail": {"Type": "Fail", "Error": "Error", "Cause": "cause"},
    },
}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/state-machine"


def missing():
    for package, wanted in PACKAGES.items():
        try:
            found = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            return f"{package} {wanted} is not installed"
        if found != wanted:
            return f"{package} {found} is installed, where {wanted} is needed"
    return None


def serve(path):
    # A process that has ended is nobody's to wait for.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(256)
        print(json.dumps({"ready": True}), flush=True)
        # Standard input ends with whoever has started this.
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                end_with(connection, run)
            connection.close()


def end_with(connection, run):
    """Runs the execution of a connection. Never returns."""

    def end(**answer):
        connection.sendall(json.dumps(answer).encode() + b"\n")
        # Other threads may still wait: for a time that never comes now.
        os._exit(0)

    def leave_with_caller():
        connection.recv(1)
        os._exit(0)

    try:
        with connection.makefile(encoding="utf-8") as lines:
            execution = json.loads(lines.readline())
        threading.Thread(target=leave_with_caller, daemon=True).start()
        run(execution, end)
    except BaseException:
        end(broken=traceback.format_exc(limit=-3))


def run(execution, end):
    try:
        program = AmazonStateLanguageParser.parse(execution["definition"])[0]
    except Exception as error:
        return end(refused=f"{type(error).__name__}: {error}")

    random.seed(execution["seed"])
    clock = Clock(execution["host"])
    history = History(clock, execution["events"], end)
    clock.count_events = history.count
    clock.at_the_end_of_time(lambda: history.end("TIMED_OUT"))
    virtual_time.install(clock)
    services.install(clock, execution["host"], {"events": execution["host"]} | execution["services"])
    history.install()

    name, machine = execution["name"], "state-machine"
    details = EvaluationDetails(
        AWSExecutionDetails(ACCOUNT, REGION, ROLE),
        ExecutionDetails(
            arn=f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{machine}:{name}",
            name=name,
            role_arn=ROLE,
            inpt=json.loads(execution["input"]),
            start_time=clock.date().isoformat(),
        ),
        StateMachineDetails(
            arn=f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{machine}",
            name=machine,
            typ="STANDARD",
            definition=execution["definition"],
        ),
    )
    worker = SyncExecutionWorker(details, history, None, {})
    # Parsed already.
    worker._get_evaluation_entrypoint = lambda: program
    history.worker = worker
    worker.start()


if __name__ == "__main__":
    problem = missing()
    if problem:
        sys.exit(print(json.dumps({"missing": problem})))
    # What goes wrong in a state is in the answer.
    logging.disable(logging.CRITICAL)

    import as_aws
    import results
    import services
    import virtual_time
    from history import History
    from moto.stepfunctions.parser.asl.eval.evaluation_details import (
        AWSExecutionDetails,
        EvaluationDetails,
        ExecutionDetails,
        StateMachineDetails,
    )
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
    from moto.stepfunctions.parser.backend.execution_worker import SyncExecutionWorker
    from virtual_time import Clock

    as_aws.install()
    results.install()
    services.warm_up()
    # The parser is quicker the second time.
    AmazonStateLanguageParser.parse(json.dumps(SAMPLE))
    serve(sys.argv[1])
