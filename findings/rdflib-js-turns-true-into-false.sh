#!/usr/bin/env bash
# rdflib.js 2.4.0 writes the boolean "true" as false in Turtle when it came from N-Quads, RDF/XML or a typed literal.
#
# Guess: a boolean that a library has read, it writes with the same value in each of its formats; its own tests would show anything else.
# Seen: the writer of Turtle knows "1" as true and takes every other text for false. Its reader of Turtle turns the word true into "1", so
# Turtle to Turtle is right; "true"^^xsd:boolean, as all other formats and most databases have it, comes out as false. INF becomes INF.0e0,
# which is no Turtle. As N-Triples, the same graph is right. Nothing is raised.
# Date: 2026-11-28.
# For bulk loads: each flag of a converted file is false. The file is valid, and the load completes with all records. Write N-Quads.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_npm rdflib@2.4.0 n3@2.13.12

cat >convert.mjs <<'END'
import { Parser } from 'n3';
import * as rdflib from 'rdflib';
const boolean = 'http://www.w3.org/2001/XMLSchema#boolean';
const files = {
  'N-Quads true': ['application/n-quads', `<http://example.org/s> <http://example.org/active> "true"^^<${boolean}> .\n`],
  'N-Quads 1': ['application/n-quads', `<http://example.org/s> <http://example.org/active> "1"^^<${boolean}> .\n`],
  'Turtle "true"': ['text/turtle', `<http://example.org/s> <http://example.org/active> "true"^^<${boolean}> .`],
  'Turtle true': ['text/turtle', '<http://example.org/s> <http://example.org/active> true .'],
  'RDF/XML true': ['application/rdf+xml', `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">
    <rdf:Description rdf:about="http://example.org/s"><e:active rdf:datatype="${boolean}">true</e:active></rdf:Description></rdf:RDF>`],
};
for (const [name, [type, text]] of Object.entries(files)) {
  const graph = rdflib.graph();
  await new Promise((done, failed) => rdflib.parse(text, graph, 'http://example.org/', type, (error) => (error ? failed(error) : done())));
  const turtle = new Parser({ baseIRI: 'http://example.org/' }).parse(rdflib.serialize(null, graph, 'http://example.org/', 'text/turtle'));
  const triples = new Parser().parse(rdflib.serialize(null, graph, 'http://example.org/', 'application/n-triples'));
  console.log(`${name}: as Turtle ${turtle[0].object.value}, as N-Triples ${triples[0].object.value}`);
}
END
compare 'N-Quads true: as Turtle false, as N-Triples true
N-Quads 1: as Turtle true, as N-Triples 1
Turtle "true": as Turtle false, as N-Triples true
Turtle true: as Turtle true, as N-Triples 1
RDF/XML true: as Turtle false, as N-Triples true' "$(node convert.mjs)"
