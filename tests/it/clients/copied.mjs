// The commands that the simulator's page copies: `[[curl, boto3], ...]` for `{cluster, requests}` in the first argument.
import { asBoto3, asCurl } from "../../../neptune-sim/page/web/copy.js";

const { cluster, requests } = JSON.parse(process.argv[2]);
console.log(JSON.stringify(requests.map((request) => [asCurl, asBoto3].map((write) => write(cluster, request, request.body)))));
