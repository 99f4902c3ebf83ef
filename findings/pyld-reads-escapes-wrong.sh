#!/usr/bin/env bash
# PyLD 3.3.0 reads the escapes of N-Quads wrong: a doubled backslash before n, r or t becomes a backslash and a control character.
#
# Guess: N-Quads read with from_rdf and written with to_rdf are the same statements; the library signs and compares data by way of
# N-Quads, so its reader of them is its best tested part. Unknown escapes would be refused.
# Seen: "C:\\new" (seven characters as data: C:\new) is read as C:\, a line feed, ew. \u00e9 stays six characters. Written again, the file
# is well-formed and has other values. Nothing is raised. RDFLib 7.6.0 reads both right.
# Date: 2026-11-28.
# For bulk loads: tools that frame, merge or de-duplicate N-Quads with PyLD before a load change Windows paths, regular expressions, LaTeX
# and all text beyond ASCII of writers that escape it (raptor and serdi do). JSON-LD that PyLD only writes as N-Quads is right.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi pyld==3.3.0 rdflib==7.6.0

cat >read.py <<'END'
import json

import rdflib
from pyld import jsonld

for escaped in (r"C:\\new", r"a\nb", r"\u00e9"):
    line = f'<http://example.org/s> <http://example.org/p> "{escaped}" .\n'
    value = jsonld.from_rdf(line)[0]["http://example.org/p"][0]["@value"]
    again = jsonld.to_rdf(jsonld.from_rdf(line), {"format": "application/n-quads"}).split('"')[1]
    other = str(next(iter(rdflib.Graph().parse(data=line, format="nt")))[2])
    print(f"in the file {escaped} | PyLD reads {json.dumps(value)} and writes {again} | RDFLib reads {json.dumps(other)}")
END
compare 'in the file C:\\new | PyLD reads "C:\\\new" and writes C:\\\new | RDFLib reads "C:\\new"
in the file a\nb | PyLD reads "a\nb" and writes a\nb | RDFLib reads "a\nb"
in the file \u00e9 | PyLD reads "\\u00e9" and writes \\u00e9 | RDFLib reads "\u00e9"' "$(env/bin/python read.py)"
