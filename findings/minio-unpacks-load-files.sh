#!/usr/bin/env bash
# minio 7.2.20 and miniopy-async 1.23.6 unpack an object with Content-Encoding gzip while they write it to a file; cloudpathlib 0.26.0 and
# django-storages 1.14.6 set that header on each .gz file that they store.
#
# Guess: fget_object writes the bytes that are stored, as many as stat_object says, as boto3, s3fs and obstore do: an S3 client is no
# browser. Guess: cloudpathlib stores people.csv.gz with a Content-Type, and no Content-Encoding.
# Seen: cloudpathlib and django-storages send Content-Encoding: gzip for the name. fget_object then writes plain text to people.csv.gz, and
# raises nothing: more bytes than stat_object says, of another checksum. minio's get_object with an offset, as a download that goes on where
# it broke off needs it, raises DecodeError. s3fs 2026.9.0 and obstore 0.12.1 give the stored bytes.
# Valid: GetObject of Amazon S3's API reference lists Content-Encoding as what decoding must be applied to obtain the media type; S3 sends
# the body as it was stored.
# Date: 2026-11-30.
# For bulk loads: a file that goes from one bucket to another on that way is plain text under a name in .gz, which the loader takes for
# compressed. Compare the size with stat_object, or read with boto3.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi 'moto[s3]==5.2.5' flask==3.1.3 flask-cors==6.0.5 cloudpathlib==0.26.0 django-storages==1.14.6 django==5.2.19 \
  minio==7.2.20 miniopy-async==1.23.6 aiohttp==3.14.5 s3fs==2026.9.0 obstore==0.12.1

cat >transfer.py <<'END'
import asyncio
import gzip
import os
import pathlib

import boto3
import minio
import miniopy_async
import obstore.store
import s3fs
from cloudpathlib import S3Client
from django.conf import settings
from django.core.files import File
from moto.server import ThreadedMotoServer

os.environ.update(AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="secret-of-the-example", AWS_DEFAULT_REGION="us-east-1")
settings.configure()
from storages.backends.s3 import S3Storage  # noqa: E402, reads the settings

packed = gzip.compress(b"~id,~label\n" + b"p1,Person\n" * 100)
pathlib.Path("people.csv.gz").write_bytes(packed)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host = f"127.0.0.1:{server.get_host_and_port()[1]}"
url = f"http://{host}"
s3 = boto3.client("s3", endpoint_url=url)
s3.create_bucket(Bucket="load")
file_system = s3fs.S3FileSystem(client_kwargs={"endpoint_url": url})

S3Client(endpoint_url=url).S3Path("s3://load/cloudpathlib.csv.gz").upload_from("people.csv.gz")
with open("people.csv.gz", "rb") as file:
    S3Storage(bucket_name="load", endpoint_url=url).save("django-storages.csv.gz", File(file))
s3.upload_file("people.csv.gz", "load", "boto3.csv.gz")
file_system.put("people.csv.gz", "load/s3fs.csv.gz")
for name in ["cloudpathlib", "django-storages", "boto3", "s3fs"]:
    print(name, "stores people.csv.gz with Content-Encoding", s3.head_object(Bucket="load", Key=f"{name}.csv.gz").get("ContentEncoding"))

KEY = "cloudpathlib.csv.gz"
client = minio.Minio(endpoint=host, access_key="AKIDEXAMPLE", secret_key="secret-of-the-example", secure=False, region="us-east-1")
print("stat_object says", "the size that is stored" if client.stat_object(bucket_name="load", object_name=KEY).size == len(packed) else "another size")


def show(name, content):
    print(name, "stored bytes" if content == packed else "plain text" if content == gzip.decompress(packed) else "something else")


def file_of(fetch):
    fetch("copy.csv.gz")
    return pathlib.Path("copy.csv.gz").read_bytes()


async def miniopy(to):
    asynchronous = miniopy_async.Minio(host, access_key="AKIDEXAMPLE", secret_key="secret-of-the-example", secure=False, region="us-east-1")
    await asynchronous.fget_object("load", KEY, to)
    await asynchronous.close_session()


show("boto3 download_file:", file_of(lambda to: s3.download_file("load", KEY, to)))
show("s3fs get:", file_of(lambda to: file_system.get(f"load/{KEY}", to)))
bucket = obstore.store.S3Store("load", endpoint=url, client_options={"allow_http": True}, virtual_hosted_style_request=False)
show("obstore get:", bytes(bucket.get(KEY).bytes()))
show("minio fget_object:", file_of(lambda to: client.fget_object(bucket_name="load", object_name=KEY, file_path=to)))
show("miniopy-async fget_object:", file_of(lambda to: asyncio.run(miniopy(to))))
try:
    show("minio get_object from byte 20:", client.get_object(bucket_name="load", object_name=KEY, offset=20).read())
except Exception as error:
    print("minio get_object from byte 20:", type(error).__name__)
server.stop()
END
compare 'cloudpathlib stores people.csv.gz with Content-Encoding gzip
django-storages stores people.csv.gz with Content-Encoding gzip
boto3 stores people.csv.gz with Content-Encoding None
s3fs stores people.csv.gz with Content-Encoding None
stat_object says the size that is stored
boto3 download_file: stored bytes
s3fs get: stored bytes
obstore get: stored bytes
minio fget_object: plain text
miniopy-async fget_object: plain text
minio get_object from byte 20: DecodeError' "$(env/bin/python transfer.py 2>/dev/null)"
