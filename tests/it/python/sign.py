"""Signature Version 4 for a GET without a query, where the environment asks for one."""

import datetime
import hashlib
import hmac
import os


def signed(request):
    if os.environ.get("NEPTUNE_IAM_AUTH") != "on":
        return request
    region = os.environ.get("SERVICE_REGION") or os.environ["AWS_REGION"]
    moment = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{region}/neptune-db/aws4_request"
    headers = {"host": request.host, "x-amz-date": moment}
    if token := os.environ.get("AWS_SESSION_TOKEN"):
        headers["x-amz-security-token"] = token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    path = request.selector.replace("%", "%25")
    canonical = f"GET\n{path}\n\n{lines}\n{names}\n{hashlib.sha256(b'').hexdigest()}"
    to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in [*scope.split("/"), to_sign]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
    for name, value in headers.items():
        request.add_header(name, value)
    request.add_header("authorization", f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={key.hex()}")
    return request
