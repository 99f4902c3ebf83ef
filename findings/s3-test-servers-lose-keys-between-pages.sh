#!/usr/bin/env bash
# s3rver 3.7.1 and nanio 0.1.7 lose or repeat keys from one page of a list to the next; mock-aws-s3 4.0.2 gives the first page for ever.
#
# Guess: whichever way a server keeps its objects, its lists are in the order of the keys' bytes, as S3's are, and the pages put together
# are the whole list. A range of the last bytes gives the last bytes.
# Seen: the first two walk folder by folder, "data/" before "data.csv" and "data-1.csv", and go on behind the last key of a page, so that
# both are left out; one key comes twice. s3rver does so with ListObjects. Its ListObjectsV2 answers 500 for each list of more than a page:
# it enciphers the token with DES, which OpenSSL 3 no longer has. mock-aws-s3 says IsTruncated without a NextContinuationToken. For
# "bytes=-2" s3rver sends the first three bytes. localbucket 1.2.1 and hadro 0.7.1 keep to the order, and lose nothing.
# Valid: ListObjectsV2 of Amazon S3's API reference: general purpose buckets return objects in lexicographical order, and a list that is
# truncated has a NextContinuationToken. RFC 9110, section 14.1.2: a suffix range.
# Date: 2026-11-30.
# For bulk loads: a source is a prefix. A check or a load that lists it on such a server misses files as soon as there are more than 1,000.
# Keep fewer objects in a test, compare the number of keys with the number of files, or take a server that keeps the order.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi boto3==1.44.8 nanio==0.1.7 localbucket==1.2.1 hadro==0.7.1
from_npm s3rver@3.7.1 mock-aws-s3@4.0.2

cat >s3rver.cjs <<'END'
const S3rver = require('s3rver');
new S3rver({ port: Number(process.argv[2]), address: '127.0.0.1', silent: true, directory: 's3rver' }).run();
END
cat >mock.cjs <<'END'
const AWSMock = require('mock-aws-s3');
AWSMock.config.basePath = `${__dirname}/mock`;
const s3 = AWSMock.S3({ params: { Bucket: 'load' } });
const show = (title, { Contents, IsTruncated, NextContinuationToken }) =>
  console.log('mock-aws-s3', title, Contents.map(({ Key }) => Key).join(' '), { IsTruncated, NextContinuationToken });
(async () => {
  for (const Key of process.argv.slice(2)) await s3.putObject({ Key, Body: '~id\n' }).promise();
  const page = await s3.listObjectsV2({ MaxKeys: 2 }).promise();
  show('first page:', page);
  show('next page:', await s3.listObjectsV2({ MaxKeys: 2, ContinuationToken: page.NextContinuationToken }).promise());
})();
END
cat >list.py <<'END'
import os
import pathlib
import socket
import subprocess
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

KEYS = ["data-1.csv", "data.csv", "data/part-1.csv", "data/part-1/x.csv", "data/part-2.csv"]
ACCESS, SECRET = "S3RVER", "S3RVER"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def pages(list_page):
    """The keys of each page of two, or the error that ends the list."""
    shown, more = [], {}
    try:
        while more is not None:
            keys, more = list_page(more)
            shown.append(" ".join(keys) or "none")
    except ClientError as error:
        shown.append(f"HTTP {error.response['ResponseMetadata']['HTTPStatusCode']}")
    return " | ".join(shown)


def try_server(name, command, write=True):
    port = free_port()
    environment = os.environ | {"NANIO_ACCESS_KEY": ACCESS, "NANIO_SECRET_KEY": SECRET}
    with open(f"{name}.log", "w") as log:
        server = subprocess.Popen([*command, str(port)], stdout=log, stderr=log, env=environment)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        keys = {"aws_access_key_id": ACCESS, "aws_secret_access_key": SECRET}
        path_style = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0})
        s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", config=path_style, **keys)
        if write:
            s3.create_bucket(Bucket="load")
            for key in KEYS:
                s3.put_object(Bucket="load", Key=key, Body=b"~id\n")

        def second_version(more):
            page = s3.list_objects_v2(Bucket="load", MaxKeys=2, **more)
            following = {"ContinuationToken": page["NextContinuationToken"]} if page["IsTruncated"] else None
            return [content["Key"] for content in page.get("Contents", [])], following

        def first_version(more):
            page = s3.list_objects(Bucket="load", MaxKeys=2, **more)
            keys = [content["Key"] for content in page["Contents"]]
            return keys, {"Marker": page.get("NextMarker", keys[-1])} if page["IsTruncated"] else None

        print(f"{name} ListObjectsV2:", pages(second_version))
        if name == "s3rver":
            print(f"{name} ListObjects:", pages(first_version))
            print(f"{name} bytes=-2 of '~id\\n':", s3.get_object(Bucket="load", Key="data.csv", Range="bytes=-2")["Body"].read())
    finally:
        server.terminate()
        server.wait()


for folder in ["s3rver", "nanio", "localbucket"]:
    pathlib.Path(folder).mkdir()
try_server("s3rver", ["node", "s3rver.cjs"])
try_server("nanio", ["env/bin/nanio", "serve", "--host", "127.0.0.1", "--data-dir", "nanio", "--port"])
try_server("localbucket", ["env/bin/localbucket", "localbucket", "--port"])
try_server("hadro", ["env/bin/hadro", "localbucket", "--port"], write=False)
print(subprocess.run(["node", "mock.cjs", *KEYS], check=True, capture_output=True, text=True).stdout, end="")
END
compare "s3rver ListObjectsV2: HTTP 500
s3rver ListObjects: data/part-1/x.csv data/part-1.csv | data/part-1/x.csv data/part-2.csv
s3rver bytes=-2 of '~id\n': b'~id'
nanio ListObjectsV2: data/part-1.csv data/part-1/x.csv | data/part-1/x.csv data/part-2.csv | none
localbucket ListObjectsV2: data-1.csv data.csv | data/part-1.csv data/part-1/x.csv | data/part-2.csv
hadro ListObjectsV2: data-1.csv data.csv | data/part-1.csv data/part-1/x.csv | data/part-2.csv
mock-aws-s3 first page: data/part-1/x.csv data/part-1.csv { IsTruncated: true, NextContinuationToken: undefined }
mock-aws-s3 next page: data/part-1/x.csv data/part-1.csv { IsTruncated: true, NextContinuationToken: undefined }" "$(env/bin/python list.py)"
