import assert from "node:assert/strict";
import test from "node:test";

import { asBoto3, asCurl, python, whyNoCopy } from "../web/copy.js";
import { lifecycleOf } from "../web/start.js";

const CLUSTER = { endpoint: "http://127.0.0.1:8182", signing_region: null };

/** The call of boto3 that a request becomes. */
function call(method, target, body) {
  return /print\((neptune\..*)\)\n$/.exec(asBoto3(CLUSTER, { method, target }, body))?.[1];
}

test("a request becomes a command that a shell takes as it is", () => {
  assert.equal(
    asCurl(CLUSTER, { method: "GET", target: "/loader/a?details=true&errors=true" }),
    "curl -i 'http://127.0.0.1:8182/loader/a?details=true&errors=true'",
  );
  assert.equal(
    asCurl(CLUSTER, { method: "POST", target: "/loader" }, `{"source":"s3://it's"}`),
    `curl -i -X POST -H 'content-type: application/json' --data-raw '{"source":"s3://it'\\''s"}' 'http://127.0.0.1:8182/loader'`,
  );
});

test("curl sends what was sent, and reads nothing into it", () => {
  const command = (method, target, body) => asCurl({ endpoint: "http://a" }, { method, target }, body);
  assert.equal(command("GET", "/loader/x?y={a,b}"), "curl -i -g 'http://a/loader/x?y={a,b}'");
  assert.equal(command("GET", "/loader/../x"), "curl -i --path-as-is 'http://a/loader/../x'");
  assert.equal(command("GET", "/loader/a..b"), "curl -i 'http://a/loader/a..b'");
  assert.equal(command("HEAD", "/loader/x"), "curl -i --head 'http://a/loader/x'");
  assert.match(command("GET", "/loader", "@/etc/hostname"), /^curl -i -X GET -H \S+ \S+ --data-raw '@/);
});

test("curl sends the content type that was sent", () => {
  const command = (headers) => asCurl({ endpoint: "http://a" }, { method: "POST", target: "/loader", headers }, "a=b");
  const form = "application/x-www-form-urlencoded";
  assert.equal(command([["content-type", form]]), `curl -i -X POST -H 'content-type: ${form}' --data-raw 'a=b' 'http://a/loader'`);
  assert.equal(command([["host", "a"]]), "curl -i -X POST -H 'content-type:' --data-raw 'a=b' 'http://a/loader'");
});

test("a request to a cluster with TLS trusts the CA that a variable names", () => {
  const secure = { ...CLUSTER, endpoint: "https://127.0.0.1:8182" };
  const get = { method: "GET", target: "/status" };
  const trusted = '--cacert "${AWS_CA_BUNDLE:?the file of the CA, as --tls-ca-file wrote it}"';
  assert.equal(asCurl(secure, get), `curl -i ${trusted} 'https://127.0.0.1:8182/status'`);
  assert.match(asBoto3(secure, get), /^import os\n\nimport boto3\n/);
  assert.match(asBoto3(secure, get), /region_name="us-east-1", verify=os\.environ\["AWS_CA_BUNDLE"\],\n    aws_access_key_id="any"/);
  assert.doesNotMatch(asBoto3(CLUSTER, get), /import os|verify/);
});

test("a request to a cluster that authenticates its clients is signed with keys that variables name", () => {
  const signed = { ...CLUSTER, signing_region: "eu-west-1" };
  const get = { method: "GET", target: "/loader?limit=3&includeQueuedLoads=TRUE" };
  const keys = `--aws-sigv4 'aws:amz:eu-west-1:neptune-db' --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"`;
  assert.equal(asCurl(signed, get), `curl -i ${keys} 'http://127.0.0.1:8182/loader?includeQueuedLoads=TRUE&limit=3'`);
  assert.match(asCurl(signed, { ...get, headers: [["x-amz-security-token", "<redacted>"]] }), / -H "x-amz-security-token: \$AWS_SESSION_TOKEN" /);
  const others = ["/loader/a%20b", "/loader/a+b", "/loader?details", "/loader?loadId=a:b"].map((target) => asCurl(signed, { method: "GET", target }));
  assert.deepEqual([...new Set(others)], ["# curl signs such an address otherwise than AWS does. Copy it as boto3."]);
  assert.match(asBoto3(signed, get), /region_name="eu-west-1",\n    config=/);
  assert.doesNotMatch(asBoto3(signed, get), /any/);
});

test("a request whose body the log does not have is not copied", () => {
  const why = (length, body) => whyNoCopy({ method: "POST" }, { headers: length === null ? [] : [["content-length", length]], body });
  assert.deepEqual([why("3", "a=b"), why("40", '{"iamRoleArn":"<redacted>"}'), why("0", null), why(null, null)], [null, null, null, null]);
  assert.match(why("3", null), /^# The log does not have the body/);
  assert.match(why("5000", "a".repeat(4096)), /^# The log has only the beginning/);
  assert.match(whyNoCopy({ method: "POST" }, null), /^# The log does not have the body of this request any more\.$/);
  assert.equal(whyNoCopy({ method: "DELETE" }, null), null);
});

test("each route of the loader becomes its call of boto3", () => {
  assert.equal(
    call("GET", "/loader/a%20b?details=true&page=2"),
    'neptune.get_loader_job_status(loadId="a b", details=True, page=2)',
  );
  assert.equal(call("GET", "/loader?loadId=a"), 'neptune.get_loader_job_status(loadId="a")');
  assert.equal(
    call("GET", "/loader?limit=3&includeQueuedLoads=FALSE"),
    "neptune.list_loader_jobs(limit=3, includeQueuedLoads=False)",
  );
  assert.equal(call("DELETE", "/loader/a"), 'neptune.cancel_loader_job(loadId="a")');
  assert.equal(call("GET", "/status"), "neptune.get_engine_status()");
  assert.equal(
    call(
      "POST",
      "/loader",
      '{"source":"s3://b/","format":"csv","region":"us-east-1","failOnError":"FALSE","dependencies":["a"]}',
    ),
    'neptune.start_loader_job(source="s3://b/", format="csv", s3BucketRegion="us-east-1", failOnError=False, dependencies=["a"])',
  );
});

test("a number in the place of an id stays a text", () => {
  assert.equal(call("GET", "/loader/17"), 'neptune.get_loader_job_status(loadId="17")');
  assert.equal(call("GET", "/loader?loadId=17"), 'neptune.get_loader_job_status(loadId="17")');
  assert.equal(call("GET", "/loader?loadId=007"), 'neptune.get_loader_job_status(loadId="007")');
  assert.equal(call("GET", "/loader?loadId=TRUE&page=2"), 'neptune.get_loader_job_status(loadId="TRUE", page=2)');
  assert.equal(call("DELETE", "/loader?loadId=007"), 'neptune.cancel_loader_job(loadId="007")');
});

test("boto3 has no call for a start whose parameters it would lose", () => {
  const start = (target, body) => asBoto3(CLUSTER, { method: "POST", target }, body);
  assert.equal(start("/loader?source=s3://b/&format=csv", "{}"), null);
  assert.equal(start("/loader?source=s3://b/&format=csv", null), null);
  assert.deepEqual([start("/loader", null), start("/loader", undefined), start("/loader", "5"), start("/loader", "a=b")], [null, null, null, null]);
});

test("boto3 has no call for other requests", () => {
  assert.equal(asBoto3(CLUSTER, { method: "GET", target: "/gremlin" }), null);
  assert.equal(asBoto3(CLUSTER, { method: "POST", target: "/loader" }, "no JSON"), null);
  assert.equal(asBoto3(CLUSTER, { method: "POST", target: "/loader" }, '["a"]'), null);
  assert.equal(asBoto3(CLUSTER, { method: "GET", target: "/loader/%zz" }), null);
  assert.equal(asBoto3(CLUSTER, { method: "GET", target: "/loader/a?b%20c=1" }), null);
  assert.equal(call("POST", "/loader", '{"constructor":"a"}'), 'neptune.start_loader_job(constructor="a")');
});

test("values are spelt as Python does", () => {
  assert.equal(python({ a: [true, null, 1.5, 'say "x"'] }), '{"a": [True, None, 1.5, "say \\"x\\""]}');
});

test("a lifecycle is one line", () => {
  assert.deepEqual(lifecycleOf("LOAD_IN_QUEUE 2s, LOAD_FAILED,"), { lifecycle: ["LOAD_IN_QUEUE 2s", "LOAD_FAILED"] });
  assert.deepEqual(lifecycleOf("LOAD_PAUSED 2s,LOAD_PAUSED"), {
    lifecycle: ["LOAD_PAUSED 2s", "LOAD_PAUSED"],
    undocumented_statuses: ["LOAD_PAUSED"],
  });
  assert.deepEqual(lifecycleOf("load_failed"), { lifecycle: ["load_failed"] });
});
