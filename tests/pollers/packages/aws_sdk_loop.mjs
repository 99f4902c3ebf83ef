// The shortest loop with AWS's SDK for JavaScript, which knows what is pending.
// Its own: requests, time limits and retries, with their defaults. Ours: the loop.
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

const require = createRequire(`${process.argv[2]}/`);
const { NeptunedataClient, GetLoaderJobStatusCommand } = require("@aws-sdk/client-neptunedata");
const client = new NeptunedataClient({ endpoint: process.env.AWS_ENDPOINT_URL_NEPTUNEDATA });
const PENDING = ["LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"];
for (;;) {
  const answer = await client.send(new GetLoaderJobStatusCommand({ loadId: process.env.NEPTUNE_LOAD_ID }));
  const status = answer.payload.overallStatus.status;
  if (!PENDING.includes(status)) process.exit(status === "LOAD_COMPLETED" ? 0 : 1);
  await sleep(100);
}
