#!/usr/bin/env bash
# A comment or CDATA section inside a text of RDF/XML makes three readers drop a part of the data, without an error.
#
# Guess: all readers give "abcdef" for <e:p>abc<!-- reviewed -->def</e:p>. A comment is no part of the text in XML, and a CDATA section
# is only another way to write it; XML libraries join the pieces, or are known to hand them over one by one.
# Seen: rdfxml-streaming-parser 3.3.0 (npm) and lightrdf 0.4.0 (PyPI) keep only what follows the comment, CDATA section or processing
# instruction; rdflib.js 2.4.0 (npm "rdflib") drops the statement. RDFLib 7.6.0 (PyPI), as others, gives the whole text.
# Date: 2026-11-28.
# For bulk loads: RDF/XML that is converted to N-Triples or N-Quads before the load loses text in each place that contains a comment.
# Neptune then loads the rest without an error. Count and compare literals, or load the RDF/XML itself.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi lightrdf==0.4.0 rdflib==7.6.0
from_npm rdfxml-streaming-parser@3.3.0 rdflib@2.4.0

write() {
  cat >"$1.rdf" <<END
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">
<rdf:Description rdf:about="http://example.org/a"><e:p>$2</e:p></rdf:Description>
</rdf:RDF>
END
}
write plain 'abcdef'
write comment 'abc<!-- reviewed -->def'
write cdata 'abc<![CDATA[def]]>ghi'
write instruction 'abc<?editor wrap?>def'

cat >read.mjs <<'END'
import { readFileSync } from 'node:fs';
import * as rdflib from 'rdflib';
import { RdfXmlParser } from 'rdfxml-streaming-parser';
for (const name of ['plain', 'comment', 'cdata', 'instruction']) {
  const text = readFileSync(`${name}.rdf`, 'utf8');
  const parser = new RdfXmlParser({ baseIRI: 'http://example.org/' });
  const streamed = [];
  parser.on('data', (quad) => streamed.push(quad.object.value));
  parser.on('error', (error) => streamed.push(`error: ${error.message}`));
  await new Promise((done) => { parser.on('end', done); parser.on('error', done); parser.end(text); });
  console.log(`rdfxml-streaming-parser ${name}:`, JSON.stringify(streamed));
  const graph = rdflib.graph();
  rdflib.parse(text, graph, 'http://example.org/', 'application/rdf+xml');
  console.log(`rdflib.js ${name}:`, JSON.stringify(graph.statements.map((statement) => statement.object.value)));
}
END
cat >read.py <<'END'
import json

import lightrdf
import rdflib

for name in ("plain", "comment", "cdata", "instruction"):
    file = f"{name}.rdf"
    print(f"lightrdf {name}:", json.dumps([triple[2].strip('"') for triple in lightrdf.xml.Parser().parse(file)]))
    print(f"RDFLib {name}:", json.dumps([str(triple[2]) for triple in rdflib.Graph().parse(file, format="xml")]))
END
compare 'RDFLib cdata: ["abcdefghi"]
RDFLib comment: ["abcdef"]
RDFLib instruction: ["abcdef"]
RDFLib plain: ["abcdef"]
lightrdf cdata: ["ghi"]
lightrdf comment: ["def"]
lightrdf instruction: ["def"]
lightrdf plain: ["abcdef"]
rdflib.js cdata: []
rdflib.js comment: []
rdflib.js instruction: []
rdflib.js plain: ["abcdef"]
rdfxml-streaming-parser cdata: ["ghi"]
rdfxml-streaming-parser comment: ["def"]
rdfxml-streaming-parser instruction: ["def"]
rdfxml-streaming-parser plain: ["abcdef"]' "$({ node read.mjs; env/bin/python read.py; } | LC_ALL=C sort)"
