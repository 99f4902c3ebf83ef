#!/usr/bin/env python3
"""Writes vectors.json: requests as botocore signs them, for a fixed key and moment.

Needs botocore, and is run by hand when a case is added: python3 make_vectors.py
"""

import datetime
import json
import pathlib
from urllib.parse import urlsplit

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

MOMENT = datetime.datetime(2015, 8, 30, 12, 36, 0)
ENDPOINT = "https://cluster.example.com:8182"
START = json.dumps({"source": "s3://bucket/caf\u00e9/", "format": "csv", "failOnError": True}, ensure_ascii=False)


def signed(name, method, target, headers=(), body="", token=None, presigned=False, unsigned_payload=False):
    """The request as it goes over the wire, and what the verifier must know."""
    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token)
    request = AWSRequest(method=method, url=ENDPOINT + target, headers=dict(headers), data=body.encode())
    request.context["payload_signing_enabled"] = not unsigned_payload
    if presigned:
        signer = botocore.auth.SigV4QueryAuth(credentials, "neptune-db", "us-east-1", expires=60)
    else:
        signer = botocore.auth.SigV4Auth(credentials, "neptune-db", "us-east-1")
    signer.add_auth(request)
    url = urlsplit(request.url)
    sent = {key.lower(): value for key, value in request.headers.items()}
    sent.setdefault("host", url.netloc)
    return {
        "name": name,
        "method": method,
        "target": url.path + ("?" + url.query if url.query else ""),
        "headers": sent,
        "body": body,
        "session_token": token,
    }


botocore.auth.get_current_datetime = lambda *_, **__: MOMENT
json_type = {"Content-Type": "application/json"}
vectors = [
    signed("list", "GET", "/loader"),
    signed("status with a query", "GET", "/loader/0a237328-afd5?details=true&errors=true&page=1&errorsPerPage=10"),
    signed("id in the query", "GET", "/loader?loadId=a%2Fb&details=True"),
    signed("slash in the id", "GET", "/loader/a%2Fb"),
    signed("space and unicode in the id", "GET", "/loader/a%20b%E2%82%AC~c"),
    signed("empty id", "GET", "/loader/"),
    signed("a dot for an id", "GET", "/loader/."),
    signed("engine status", "GET", "/status"),
    signed("cancel", "DELETE", "/loader/0a237328-afd5"),
    signed("start", "POST", "/loader", json_type, START),
    signed("start with a session token", "POST", "/loader", json_type, START, token="session-token/with+signs="),
    signed("start with an unsigned payload", "POST", "/loader", json_type, START, unsigned_payload=True),
    signed("spaces in a header", "GET", "/loader", {"My-Header": "  a   b  c  "}),
    signed("bare host", "GET", "/status", {"Host": "cluster.example.com"}),
    signed("date header", "GET", "/status", {"Date": "to be replaced"}),
    signed("presigned", "GET", "/loader?details=TRUE&loadId=a%2Fb", presigned=True),
    signed("presigned with a session token", "GET", "/status", token="session-token/with+signs=", presigned=True),
]
text = json.dumps({"botocore": botocore.__version__, "vectors": vectors}, indent=2, ensure_ascii=False)
pathlib.Path(__file__).with_name("vectors.json").write_text(text + "\n")
