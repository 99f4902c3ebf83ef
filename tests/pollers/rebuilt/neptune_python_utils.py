"""BulkLoadStatus.wait of neptune-python-utils (awslabs/amazon-neptune-tools, commit 34790d9), rebuilt.

Known defect: it goes on only at LOAD_IN_PROGRESS, and raises at LOAD_IN_QUEUE and LOAD_NOT_STARTED. It has neither a time limit nor a second attempt.
"""
import json, os, time, urllib.request


def look():
    query = "errors=FALSE&details=FALSE&page=1&errorsPerPage=10"
    url = f"{os.environ['AWS_ENDPOINT_URL_NEPTUNEDATA']}/loader/{os.environ['NEPTUNE_LOAD_ID']}?{query}"
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)["payload"]["overallStatus"]["status"]


def main():
    word = look()
    while word == "LOAD_IN_PROGRESS":
        time.sleep(0.1)
        word = look()
    if word != "LOAD_COMPLETED":
        raise RuntimeError(word)
