"""awswrangler's bulk_load_from_files, which starts a load and waits for it.

Its own: every request, the loop, and what it takes for a failure. Ours: the pause, by its parameter; exit code 1 where it raises; and the CA, because it
sends prepared requests, for which `requests` reads no variable.
"""
import os
import awswrangler.neptune
import boto3


def main():
    client = awswrangler.neptune.connect(os.environ["NEPTUNE_ENDPOINT"], int(os.environ["NEPTUNE_PORT"]))
    client._http_session.verify = os.environ["REQUESTS_CA_BUNDLE"]
    role = "arn:aws:iam::123456789012:role/load"
    awswrangler.neptune.bulk_load_from_files(client, "s3://bucket/in/", role, neptune_load_wait_polling_delay=0.1)
