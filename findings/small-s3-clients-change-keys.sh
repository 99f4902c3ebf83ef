#!/usr/bin/env bash
# @aws-lite/s3 0.2.7 reads, writes and deletes another object than the key says if the key has a percent sign; its lists, and those of
# minio 8.0.7 and s3mini 1.0.2, have other keys than the bucket.
#
# Guess: a key is a text; each client escapes it for the URL, and gives it back from a list as it is. Clients with millions of downloads
# have met folders such as at=10%3A00, as Spark and Hive write them, and names such as 000 and 001, as split -d writes them.
# Seen: @aws-lite/s3 sends the percent sign as it is, so that the server decodes it. A GET of at=10%3A00 is 404, a PUT makes at=11:00, and
# a DELETE of a%20b.csv removes the object "a b.csv". Its list has the number 1 for 001. listObjectsV2 of minio has the text "1" for 001 and
# an empty one for 000; its listObjects has both right. s3mini drops the blank at the end of a key. Nothing but the GET raises an error. The
# server is moto 5.2.5; boto3 1.44.8 shows which keys there are.
# Valid: Amazon S3's user guide, "Naming Amazon S3 objects": a key is any sequence of Unicode characters, and any UTF-8 character can be used.
# Date: 2026-11-30.
# For bulk loads: a check of the files under a source reads others than the load, or one of them twice; a cleanup removes the wrong file.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi 'moto[s3]==5.2.5' flask==3.1.3 flask-cors==6.0.5 boto3==1.44.8
from_npm @aws-lite/client@0.24.1 @aws-lite/s3@0.2.7 minio@8.0.7 s3mini@1.0.2

cat >clients.mjs <<'END'
import awsLite from '@aws-lite/client';
import { Client } from 'minio';
import { S3mini } from 's3mini';
const port = Number(process.argv[2]);
const endpoint = `http://127.0.0.1:${port}`;
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-the-example' };
const show = (name, value) => console.log(name, JSON.stringify(value));
const { S3 } = await awsLite({ ...keys, region: 'us-east-1', endpoint, plugins: [import('@aws-lite/s3')] });
const answer = await S3.GetObject({ Bucket: 'percent', Key: 'at=10%3A00/people.csv' }).catch((error) => error);
show('@aws-lite/s3 GetObject at=10%3A00/people.csv:', answer.statusCode);
await S3.PutObject({ Bucket: 'percent', Key: 'at=11%3A00/people.csv', Body: '~id\n' });
await S3.DeleteObject({ Bucket: 'percent', Key: 'a%20b.csv' });
show('@aws-lite/s3 ListObjectsV2:', (await S3.ListObjectsV2({ Bucket: 'names' })).Contents.map(({ Key }) => Key));
const minio = new Client({ endPoint: '127.0.0.1', port, useSSL: false, region: 'us-east-1', accessKey: keys.accessKeyId, secretKey: keys.secretAccessKey });
for (const list of ['listObjectsV2', 'listObjects']) {
  show(`minio ${list}:`, (await minio[list]('names', '', true).toArray()).map(({ name }) => name));
}
show('s3mini listObjects:', (await new S3mini({ ...keys, region: 'us-east-1', endpoint: `${endpoint}/names` }).listObjects()).map(({ Key }) => Key));
END
cat >serve.py <<'END'
import json
import subprocess

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
port = server.get_host_and_port()[1]
s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret-of-the-example")


def keys(bucket):
    return json.dumps([content["Key"] for content in s3.list_objects_v2(Bucket=bucket)["Contents"]])


for bucket, names in {"percent": ["a b.csv", "a%20b.csv", "at=10%3A00/people.csv"], "names": ["000", "001", "1", "people.csv "]}.items():
    s3.create_bucket(Bucket=bucket)
    for name in names:
        s3.put_object(Bucket=bucket, Key=name, Body=b"~id\n")
print("stored", keys("percent"), keys("names"))
print(subprocess.run(["node", "clients.mjs", str(port)], check=True, capture_output=True, text=True).stdout, end="")
print("after a PUT of at=11%3A00/people.csv and a DELETE of a%20b.csv", keys("percent"))
server.stop()
END
compare 'stored ["a b.csv", "a%20b.csv", "at=10%3A00/people.csv"] ["000", "001", "1", "people.csv "]
@aws-lite/s3 GetObject at=10%3A00/people.csv: 404
@aws-lite/s3 ListObjectsV2: [0,1,1,"people.csv "]
minio listObjectsV2: ["","1","1","people.csv "]
minio listObjects: ["000","001","1","people.csv "]
s3mini listObjects: ["000","001","1","people.csv"]
after a PUT of at=11%3A00/people.csv and a DELETE of a%20b.csv ["a%20b.csv", "at=10%3A00/people.csv", "at=11:00/people.csv"]' "$(env/bin/python serve.py 2>/dev/null)"
