// A poller with Node's fetch.
const url = `${process.env.AWS_ENDPOINT_URL_NEPTUNEDATA}/loader/${process.env.NEPTUNE_LOAD_ID}`;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function status() {
  let last;
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(1000) });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      return (await answer.json()).payload.overallStatus.status.toString();
    } catch (error) {
      last = error;
      await sleep(100);
    }
  }
  throw last;
}

let word;
while (["LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"].includes((word = await status()))) await sleep(100);
process.exitCode = word === "LOAD_COMPLETED" ? 0 : 1;
