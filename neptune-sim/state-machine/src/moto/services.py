"""AWS's services, as far as tasks call them: Lambda over connections that are kept, others by clients that are made once."""

import functools
import http.client
import json
import sys
import threading
import urllib.parse

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.utils import json_path

# How long a call takes in virtual time, in its answer.
TOOK = "x-virtual-milliseconds"
# How long its task may still take in virtual time, in its request.
LEFT = "x-virtual-milliseconds-left"


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
    client("events")


class Functions:
    """Lambda's Invoke API. boto3 would take more time for a call than the rest of moto and the function together."""

    def __init__(self, clock, host):
        self.clock, self.host = clock, urllib.parse.urlsplit(host).netloc
        self.thread = threading.local()

    def invoke(self, parameters, region, state_credentials):
        if not hasattr(self.thread, "connection"):
            self.thread.connection = http.client.HTTPConnection(self.host)
        name = urllib.parse.quote(parameters["FunctionName"], safe="")
        payload = parameters.get("Payload") or b"{}"
        self.thread.connection.request("POST", f"/2015-03-31/functions/{name}/invocations", payload, self.clock.history_header() | {LEFT: str(self.clock.left())})
        response = self.thread.connection.getresponse()
        answer = json.loads(response.read())
        self.clock.sleep(int(response.headers[TOOK]) / 1000)
        if response.status != 200:
            error = {"Code": response.headers["x-amzn-errortype"], "Message": answer["message"]}
            metadata = {"HTTPStatusCode": response.status, "RequestId": response.headers["x-amzn-requestid"]}
            raise ClientError({"Error": error, "ResponseMetadata": metadata}, "Invoke")
        result = {"ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200}
        function_error = response.headers["x-amz-function-error"]
        return result | {"FunctionError": function_error} if function_error else result


def install(clock, host, endpoints):
    @functools.cache
    def client_for(service):
        if service not in endpoints:
            raise RuntimeError(f"nothing stands for the service {service} here")
        return client(service, endpoints[service])

    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.") and hasattr(module, "boto_client_for"):
            module.boto_client_for = lambda service, **_: client_for(service)
    lambda_eval_utils._invoke_lambda_function = Functions(clock, host).invoke
    for module in (json_path, result_path):
        module.parse = functools.cache(module.parse)
