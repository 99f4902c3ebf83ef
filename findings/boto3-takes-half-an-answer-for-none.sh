#!/usr/bin/env bash
# boto3 from 1.44.0 on takes an answer that breaks off for an empty one, and raises nothing.
#
# Guess: the body is shorter than Content-Length, so the client raises an error and its retries ask again, as they did before.
# Seen: get_loader_job_status of 1.44.0 and 1.44.5 returns a dictionary with ResponseMetadata alone, after one request, though it may retry
# three times. With 1.43.11, each of the four requests fails and ConnectionClosedError is raised after the last. urllib3 is 2.8.0 in all.
# Date: 2026-11-29.
# For bulk loads: a poller that reads ["payload"] ends with KeyError in the middle of a load, and one that reads it with get() sees no status.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"

cat >ask.py <<'END'
import socketserver
import threading

import boto3
from botocore.config import Config

requests = []
BODY = b'{"status": "200 OK", "payload": {"overallStatus": {"status": "LOAD_IN_PROGRESS"}}}'


class BreaksOff(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\r\n":
                break
        requests.append(1)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
        self.wfile.write(head.encode() + BODY[:40])


server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), BreaksOff)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
client = boto3.client(
    "neptunedata", endpoint_url="http://127.0.0.1:%d" % server.server_address[1], region_name="us-east-1",
    aws_access_key_id="any", aws_secret_access_key="any", config=Config(retries={"mode": "standard", "max_attempts": 3}),
)
try:
    said = sorted(client.get_loader_job_status(loadId="any"))
except Exception as error:
    said = type(error).__name__
print(said, "after", len(requests), "requests")
END

seen=""
for version in 1.43.11 1.44.0 1.44.5; do
  rm -rf env
  from_pypi "boto3==$version" "botocore==$version" urllib3==2.8.0
  seen+="boto3 $version: $(AWS_EC2_METADATA_DISABLED=true env/bin/python ask.py)"$'\n'
done

compare "boto3 1.43.11: ConnectionClosedError after 4 requests
boto3 1.44.0: ['ResponseMetadata'] after 1 requests
boto3 1.44.5: ['ResponseMetadata'] after 1 requests" "${seen%$'\n'}"
