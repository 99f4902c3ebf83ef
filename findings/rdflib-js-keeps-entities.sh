#!/usr/bin/env bash
# rdflib.js 2.4.0 does not expand the entities that OWL files declare, and makes IRIs with "&" in them instead of raising.
#
# Guess: <!ENTITY obo "http://…"> and rdf:resource="&obo;X" are what ontology editors have written for twenty years; a reader of RDF/XML
# expands them, or says that it cannot.
# Seen: the object is http://example.org/file/&obo;X, resolved against the base; a literal keeps "&obo;". The XML library below prints a
# line on the console, parse() raises nothing. RDFLib 7.6.0 expands them.
# Date: 2026-11-28.
# For bulk loads: N-Triples made from such a file are well-formed and load without an error; no edge of the ontology fits any other
# data. One look at the distinct objects before the load shows it.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi rdflib==7.6.0
from_npm rdflib@2.4.0

cat >onto.rdf <<'END'
<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [<!ENTITY obo "http://purl.example.org/obo/">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">
  <rdf:Description rdf:about="http://example.org/a"><e:p rdf:resource="&obo;X"/><e:q>see &obo;</e:q></rdf:Description>
</rdf:RDF>
END
cat >read.mjs <<'END'
import { readFileSync } from 'node:fs';
import * as rdflib from 'rdflib';
const graph = rdflib.graph();
rdflib.parse(readFileSync('onto.rdf', 'utf8'), graph, 'http://example.org/file/onto', 'application/rdf+xml');
for (const { object } of graph.statements) console.log('rdflib.js:', object.value);
END
cat >read.py <<'END'
import rdflib

for triple in rdflib.Graph().parse("onto.rdf", format="xml"):
    print("RDFLib:", triple[2])
END
compare 'RDFLib: http://purl.example.org/obo/X
RDFLib: see http://purl.example.org/obo/
rdflib.js: http://example.org/file/&obo;X
rdflib.js: see &obo;' "$({ node read.mjs 2>/dev/null; env/bin/python read.py; } | LC_ALL=C sort)"
