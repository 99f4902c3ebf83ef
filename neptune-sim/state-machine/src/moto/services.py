"""AWS's services, as far as tasks call them: clients that are made once, for the endpoints of the execution."""

import functools
import sys

import boto3
from botocore.config import Config

from moto.stepfunctions.parser.asl.utils import json_path

# How long a call takes in virtual time, in its answer.
TOOK = "x-virtual-milliseconds"


def client(service, endpoint=None):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        # Whatever is wrong is the state machine's to retry. The host bounds how long a call takes.
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=3600, max_pool_connections=1000),
    )


def warm_up():
    """Loads what every execution needs."""
    client("lambda"), client("events")


def install(clock, endpoints):
    def pass_time(http_response, **_):
        took = http_response.headers.get(TOOK)
        if took:
            clock.sleep(int(took) / 1000)

    @functools.cache
    def client_for(service):
        if service not in endpoints:
            raise RuntimeError(f"nothing stands for the service {service} here")
        made = client(service, endpoints[service])
        made.meta.events.register("after-call", pass_time)
        return made

    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.") and hasattr(module, "boto_client_for"):
            module.boto_client_for = lambda service, **_: client_for(service)
    json_path.parse = functools.cache(json_path.parse)
