#!/usr/bin/env bash
# pycottas 1.1.0 writes statements of the default graph with the word DEFAULT, which is no N-Quads, and its cat drops every graph name.
#
# Guess: a file of N-Quads that goes to COTTAS, the compressed form, and back has the same statements; cat puts files one behind the other,
# as its name says. A file of N-Triples does come back whole, with each escape and language tag.
# Seen: where a file has named graphs and a statement outside of them, cottas2rdf writes that statement with DEFAULT as a fourth term. The
# reader that pycottas itself uses, pyoxigraph, refuses the line. cat of two files with graphs gives triples: a statement that is in two graphs
# is there once, and in none. Nothing is raised.
# Valid: RDF 1.1 N-Quads, section 2.2: the graph label is optional, and a statement without one is in the default graph.
# Date: 2026-11-30.
# For bulk loads: each DEFAULT is a statement that fails to parse. After cat, a load completes, and queries by those graphs find nothing.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi pycottas==1.1.0 duckdb==1.5.6 pyoxigraph==0.3.18

cat >convert.py <<'END'
import pycottas
import pyoxigraph

FILES = {
    "people": """<http://example.org/ann> <http://example.org/knows> <http://example.org/bob> <http://example.org/graph/1> .
<http://example.org/ann> <http://example.org/knows> <http://example.org/bob> <http://example.org/graph/2> .
""",
    "more": """<http://example.org/bob> <http://example.org/knows> <http://example.org/cy> <http://example.org/graph/1> .
<http://example.org/cy> <http://example.org/knows> <http://example.org/ann> .
""",
}


def read(name, text):
    """What a reader of N-Quads makes of a file, line by line."""
    for line in sorted(text.splitlines()):
        try:
            quad = next(iter(pyoxigraph.parse(line.encode(), "application/n-quads")))
            print(name, quad.subject.value[19:], quad.object.value[19:], quad.graph_name)
        except SyntaxError:
            print(name, "REFUSED", line)


for name, text in FILES.items():
    with open(f"{name}.nq", "w") as file:
        file.write(text)
    pycottas.rdf2cottas(f"{name}.nq", f"{name}.cottas")
    pycottas.cottas2rdf(f"{name}.cottas", f"{name}-back.nq")
    read(f"{name}.nq", text)
    read(f"{name}.nq and back:", open(f"{name}-back.nq").read())
pycottas.cat(["people.cottas", "more.cottas"], "all.cottas")
pycottas.cottas2rdf("all.cottas", "all.nq")
read("cat of both:", open("all.nq").read())
END
compare 'people.nq ann bob <http://example.org/graph/1>
people.nq ann bob <http://example.org/graph/2>
people.nq and back: ann bob <http://example.org/graph/1>
people.nq and back: ann bob <http://example.org/graph/2>
more.nq bob cy <http://example.org/graph/1>
more.nq cy ann DEFAULT
more.nq and back: bob cy <http://example.org/graph/1>
more.nq and back: REFUSED <http://example.org/cy> <http://example.org/knows> <http://example.org/ann> DEFAULT .
cat of both: ann bob DEFAULT
cat of both: bob cy DEFAULT
cat of both: cy ann DEFAULT' "$(env/bin/python convert.py)"
