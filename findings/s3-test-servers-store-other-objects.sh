#!/usr/bin/env bash
# aws-local-run 1.1.0 and local-web-services 0.24.0, S3 servers for tests, store and read other objects than a client asks for.
#
# Guess: large files are uploaded in parts, and read in ranges; servers for tests have both right, and answer an error to what they lack.
# Seen: both keep a part that the client left out when it completed the upload, forget Content-Encoding, overwrite an object in spite of
# If-None-Match, ignore StartAfter, and do not decode the key of a copy's source. For bytes=-5, the first gives the first six bytes; the
# second gives the whole object for every range. Only the copy is an error. moto 5.2.5 stands first, and does each as S3 documents it.
# Valid: Amazon S3's API reference: CompleteMultipartUpload assembles the parts that its list names; PutObject, Content-Encoding and
# If-None-Match; GetObject, Range; ListObjectsV2, StartAfter; CopyObject, x-amz-copy-source must be URL-encoded. RFC 9110, section 14.1.2.
# Date: 2026-11-30.
# For bulk loads: a test does not show that a part is missing, that a packed file is stored with an encoding that clients unpack, that a
# second writer would be refused, or that a check which goes on behind the last key reads all files again.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi aws-local-run==1.1.0 local-web-services==0.24.0 'moto[s3]==5.2.5' flask==3.1.3 flask-cors==6.0.5 boto3==1.44.8

cat >ask.py <<'END'
import pathlib
import random
import subprocess
import time

import boto3
from botocore.exceptions import ClientError

pathlib.Path("main.tf").touch()
base = random.randrange(30000, 32000, 300)
SERVERS = {
    "moto": (["env/bin/moto_server", "--port", str(base + 260)], base + 260),
    "aws-local-run": (["env/bin/aws-local-run", "start", "--data-dir", "data", "--port", str(base + 261)], base + 261),
    "local-web-services": (["env/bin/ldk", "dev", "--mode", "terraform", "--no-persist", "--port", str(base)], base + 3),
}
B = {"Bucket": "load-files"}


def upload(s3, parts, completed):
    """The letters of an object of several parts, of which some are completed."""
    upload_id = s3.create_multipart_upload(**B, Key="parts.csv")["UploadId"]
    tags = {n: s3.upload_part(**B, Key="parts.csv", UploadId=upload_id, PartNumber=n, Body=text * (5 * 2**20))["ETag"] for n, text in parts.items()}
    named = [{"PartNumber": n, "ETag": tags[n]} for n in completed]
    s3.complete_multipart_upload(**B, Key="parts.csv", UploadId=upload_id, MultipartUpload={"Parts": named})
    return "".join(sorted(set(s3.get_object(**B, Key="parts.csv")["Body"].read().decode())))


def keep(s3):
    s3.put_object(**B, Key="kept.csv", Body=b"old")
    s3.put_object(**B, Key="kept.csv", Body=b"new", IfNoneMatch="*")
    return "overwritten"


def copy(s3):
    s3.put_object(**B, Key="at=10%3A00/people.csv", Body=b"~id")
    s3.copy_object(**B, Key="copy.csv", CopySource={**B, "Key": "at=10%3A00/people.csv"})
    return s3.get_object(**B, Key="copy.csv")["Body"].read().decode()


def encoding(s3):
    s3.put_object(**B, Key="people.csv.gz", Body=b"packed", ContentEncoding="gzip")
    return s3.head_object(**B, Key="people.csv.gz").get("ContentEncoding")


def read(s3, bytes_):
    s3.put_object(**B, Key="digits.csv", Body=b"0123456789")
    return s3.get_object(**B, Key="digits.csv", Range=f"bytes={bytes_}")["Body"].read().decode()


def keys(s3, **more):
    for name in ("a.csv", "b.csv", "c.csv"):
        s3.put_object(**B, Key=f"list/{name}", Body=b"~id")
    pages = s3.get_paginator("list_objects_v2").paginate(**B, Prefix="list/", **more)
    return [content["Key"][5:] for page in pages for content in page.get("Contents", [])]


ASKED = {
    "parts 1 and 3 of A, B, C": lambda s3: upload(s3, {1: b"A", 2: b"B", 3: b"C"}, [1, 3]),
    "If-None-Match *": keep,
    "Content-Encoding": encoding,
    "bytes=3-4": lambda s3: read(s3, "3-4"),
    "bytes=-5": lambda s3: read(s3, "-5"),
    "copy of at=10%3A00": copy,
    "list": keys,
    "list after b.csv": lambda s3: keys(s3, StartAfter="list/b.csv"),
}
for name, (command, port) in SERVERS.items():
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id="any", aws_secret_access_key="any")
    try:
        for _ in range(300):
            try:
                s3.create_bucket(**B)
                break
            except Exception:
                time.sleep(0.1)
        print(f"== {name}")
        for question, ask in ASKED.items():
            try:
                print(f"{question}:", ask(s3))
            except ClientError as error:
                print(f"{question}:", error.response["Error"]["Code"])
    finally:
        process.terminate()
        process.wait()
END
compare '== moto
parts 1 and 3 of A, B, C: AC
If-None-Match *: PreconditionFailed
Content-Encoding: gzip
bytes=3-4: 34
bytes=-5: 56789
copy of at=10%3A00: ~id
list: ['"'a.csv', 'b.csv', 'c.csv'"']
list after b.csv: ['"'c.csv'"']
== aws-local-run
parts 1 and 3 of A, B, C: ABC
If-None-Match *: overwritten
Content-Encoding: None
bytes=3-4: 34
bytes=-5: 012345
copy of at=10%3A00: NoSuchKey
list: ['"'a.csv', 'b.csv', 'c.csv'"']
list after b.csv: ['"'a.csv', 'b.csv', 'c.csv'"']
== local-web-services
parts 1 and 3 of A, B, C: ABC
If-None-Match *: overwritten
Content-Encoding: None
bytes=3-4: 0123456789
bytes=-5: 0123456789
copy of at=10%3A00: NoSuchKey
list: ['"'a.csv', 'b.csv', 'c.csv'"']
list after b.csv: ['"'a.csv', 'b.csv', 'c.csv'"']' "$(env/bin/python ask.py)"
