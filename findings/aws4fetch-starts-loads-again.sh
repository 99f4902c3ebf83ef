#!/usr/bin/env bash
# aws4fetch 1.0.20 sends a POST again, up to ten times, when it is answered with 500.
#
# Guess: a small signer signs, and retries nothing, as fetch, requests and httpx do. Libraries that retry by themselves leave out POST, or
# stop after three attempts, as AWS's SDKs do.
# Seen: AwsClient.fetch repeats each request on any 5xx and on 429, ten times by default, with pauses from 50 ms on that double; each is
# signed anew. Here, a start that is answered 500 three times is sent four times. With retries: 0 it is sent once.
# Date: 2026-11-28.
# For bulk loads: POST /loader is not idempotent. If the 500 came after the load was queued, one call starts several loads of the same
# source, which run one after another; and a Lambda's time goes by unseen. Pass {retries: 0} for starts.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_npm aws4fetch@1.0.20

cat >start.mjs <<'END'
import { createServer } from 'node:http';
import { AwsClient } from 'aws4fetch';
const body = JSON.stringify({ source: 's3://example-bucket/people/', format: 'csv' });
for (const options of [{}, { retries: 0 }]) {
  const seen = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    request.resume().on('end', () => response.writeHead(seen.length < 4 ? 500 : 200).end());
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const client = new AwsClient({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', service: 'neptune-db', region: 'us-east-1', ...options });
  const answer = await client.fetch(`http://127.0.0.1:${server.address().port}/loader`, { method: 'POST', body });
  console.log(JSON.stringify(options), 'POST /loader sent', seen.length, 'times, all signed:', seen.every(Boolean), 'answer', answer.status);
  server.closeAllConnections();
  server.close();
}
END
compare '{} POST /loader sent 4 times, all signed: true answer 200
{"retries":0} POST /loader sent 1 times, all signed: true answer 500' "$(node start.mjs)"
