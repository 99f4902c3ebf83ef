#!/usr/bin/env bash
# Two Python signers leave port 8182 out of Host: httpx-auth-awssigv4 0.1.4 in what it signs, requests-auth-aws-sigv4 0.7 in what it sends.
#
# Guess: after years of use, a signer signs the Host header that goes out, and that one has the port, since 8182 is not the default of
# https. Most AWS services answer on the default port, so few people would ever see the difference.
# Seen: with httpx-auth-awssigv4, httpx sends "Host: name:8182" and the signature is of "name": no request to a Neptune endpoint can
# pass, and the 403 speaks of the secret key. requests-auth-aws-sigv4 replaces the header by "Host: name", and signs that; it verifies,
# but whatever chooses by Host (a proxy, an ingress, a test server) sees another name than the client was given. requests-aws4auth
# 1.4.0 and httpx-auth 0.23.1 sign and send the port. Each signature is recomputed here with botocore 1.44.8.
# Date: 2026-11-28.
# For bulk loads: a client that works with other services is refused by the loader. Try a signer on one GET /loader first.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi httpx-auth-awssigv4==0.1.4 requests-auth-aws-sigv4==0.7 requests-aws4auth==1.4.0 httpx-auth==0.23.1 httpx==0.28.1 requests==2.34.2 botocore==1.44.8

cat >sign.py <<'END'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from httpx_auth import AWS4Auth as Httpx4Auth
from httpx_auth_awssigv4 import SigV4Auth as HttpxSigV4
from requests_auth_aws_sigv4 import AWSSigV4
from requests_aws4auth import AWS4Auth

KEY, SECRET, REGION, SERVICE = "AKIDEXAMPLE", "secret", "us-east-1", "neptune-db"
received = []


class Loader(BaseHTTPRequestHandler):
    def do_GET(self):
        received.append(dict(self.headers))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def signature_of(headers, host):
    """What the signature of this request is if it is of this host."""
    parts = dict(part.strip().split("=", 1) for part in headers["Authorization"].split(" ", 1)[1].split(","))
    given = {name.lower(): value for name, value in headers.items()}
    request = AWSRequest("GET", f"http://{host}/loader")
    for name in parts["SignedHeaders"].split(";"):
        request.headers[name] = host if name == "host" else given[name]
    request.context["timestamp"] = given["x-amz-date"]
    request.context["payload_signing_enabled"] = True
    signer = SigV4Auth(Credentials(KEY, SECRET), SERVICE, REGION)
    canonical = signer.canonical_request(request)
    return signer.signature(signer.string_to_sign(request, canonical), request) == parts["Signature"]


server = HTTPServer(("127.0.0.1", 0), Loader)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = server.server_address[1]
url = f"http://127.0.0.1:{port}/loader"
clients = {
    "httpx-auth-awssigv4": lambda: httpx.get(url, auth=HttpxSigV4(KEY, SECRET, SERVICE, REGION)),
    "requests-auth-aws-sigv4": lambda: requests.get(
        url, auth=AWSSigV4(SERVICE, region=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET)
    ),
    "requests-aws4auth": lambda: requests.get(url, auth=AWS4Auth(KEY, SECRET, REGION, SERVICE)),
    "httpx-auth": lambda: httpx.get(url, auth=Httpx4Auth(KEY, SECRET, REGION, SERVICE)),
}
for name, get in clients.items():
    get()
    headers = {key.title(): value for key, value in received[-1].items()}
    sent = headers["Host"].replace(str(port), "PORT")
    signed = [host for host in ("127.0.0.1", f"127.0.0.1:{port}") if signature_of(headers, host)]
    print(f"{name}: sent Host {sent}, signed {' '.join(signed).replace(str(port), 'PORT') or 'something else'}")
END
compare 'httpx-auth-awssigv4: sent Host 127.0.0.1:PORT, signed 127.0.0.1
requests-auth-aws-sigv4: sent Host 127.0.0.1, signed 127.0.0.1
requests-aws4auth: sent Host 127.0.0.1:PORT, signed 127.0.0.1:PORT
httpx-auth: sent Host 127.0.0.1:PORT, signed 127.0.0.1:PORT' "$(env/bin/python sign.py)"
