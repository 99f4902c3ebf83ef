"""graph-notebook's magic %load, which starts a load and shows its status until the end.

Its own: every request, the loop, its pauses of 6 s, for which it has no parameter, and the lines that it prints. Ours: what a reader makes of them. The
load has succeeded if the last status that it shows is LOAD_COMPLETED.
"""
import contextlib, io, json, os, sys, tempfile
from graph_notebook.magics.graph_magic import Graph
from IPython.core.interactiveshell import InteractiveShell


def main():
    with tempfile.NamedTemporaryFile("w", suffix=".json") as config:
        json.dump({
            "host": "cluster.us-east-1.neptune.amazonaws.com", "port": 8182, "auth_mode": "DEFAULT", "ssl": False, "aws_region": "us-east-1",
            "load_from_s3_arn": "arn:aws:iam::123456789012:role/load",
            "proxy_host": os.environ["NEPTUNE_ENDPOINT"], "proxy_port": int(os.environ["NEPTUNE_PORT"]),
        }, config)
        config.flush()
        os.environ["GRAPH_NOTEBOOK_CONFIG"] = config.name
        graph = Graph(InteractiveShell.instance())
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        graph.load("--source s3://bucket/in/ --run", local_ns={})
    statuses = [line for line in shown.getvalue().splitlines() if line.startswith("Overall Status: ")]
    print(shown.getvalue(), file=sys.stderr)
    sys.exit(statuses[-1:] != ["Overall Status: LOAD_COMPLETED"])
