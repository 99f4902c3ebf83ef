"""A poller with the defect that its first argument names."""
import json, os, signal, sys, time, urllib.request

PENDING = {"LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"}
FINAL = {"LOAD_COMPLETED", "LOAD_FAILED", "LOAD_CANCELLED"}
defect, endpoint, load = sys.argv[1], os.environ["AWS_ENDPOINT_URL_NEPTUNEDATA"], os.environ["NEPTUNE_LOAD_ID"]


def get(path):
    for attempt in range(1 if defect == "no-retries" else 10):
        try:
            with urllib.request.urlopen(endpoint + path, timeout=1) as answer:
                return json.load(answer)["payload"]
        except Exception as error:
            last = error
            time.sleep(0.05)
    if defect == "never-fails":
        return get(path)
    if defect == "errors-are-success":
        sys.exit(0)
    raise last


def status():
    return (get(f"/loader/{load}").get("overallStatus") or {}).get("status")


if defect == "no-request":
    sys.exit("NEPTUNE_HOST is not set, and password=hunter2 helps nobody")
if defect == "only-lists":
    sys.exit(load not in get("/loader")["loadIds"])
if defect == "eager-success":
    status()
    sys.exit(0)
if defect == "eager-failure":
    status()
    sys.exit(1)
if defect == "hangs":
    time.sleep(600)
if defect.startswith("leaves-a-child"):
    import subprocess
    child = subprocess.Popen(["sleep", "600"])
    with open(sys.argv[2], "w") as file:
        print(child.pid, file=file)
    if defect.endswith("hangs"):
        child.wait()

while True:
    word = status()
    if defect == "knows-three-ends" and word in FINAL:
        break
    if defect != "knows-three-ends" and word not in PENDING | {None}:
        break
    if defect != "no-pause":
        time.sleep(0.05)
if defect == "crashes":
    os.kill(os.getpid(), signal.SIGSEGV)
if defect == "ends-in-success":
    sys.exit(0)
if defect == "stops-at-conflicts-as-success" and word == "LOAD_COMMITTED_W_WRITE_CONFLICTS":
    sys.exit(0)
sys.exit(word != "LOAD_COMPLETED")
