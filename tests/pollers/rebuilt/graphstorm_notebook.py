"""The wait of a GraphStorm notebook (aws-samples/amazon-neptune-samples, 2026), rebuilt.

Known defect: it raises at a failed load within the `try` that lets trouble pass, so that it asks on until its 60 looks are over and then speaks of a time
limit. It pauses for 30 s, and for a tenth of a second here.
"""
import os, sys, time
import requests


def main():
    url = f"{os.environ['AWS_ENDPOINT_URL_NEPTUNEDATA']}/loader/{os.environ['NEPTUNE_LOAD_ID']}"
    for _ in range(60):
        try:
            word = requests.get(url).json()["payload"]["overallStatus"]["status"]
            if word == "LOAD_COMPLETED":
                return
            if word in ("LOAD_FAILED", "LOAD_CANCELLED"):
                raise RuntimeError(f"the load ended with {word}")
        except Exception as error:
            print(f"cannot tell: {error}", file=sys.stderr)
        time.sleep(0.1)
    sys.exit("the load has timed out")
