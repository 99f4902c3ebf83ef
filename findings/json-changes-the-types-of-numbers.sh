#!/usr/bin/env bash
# jsonld-streaming-parser 5.0.1 makes texts of large numbers; @frogcat/ttl2jsonld 0.0.10 and trld 0.3.0 make integers of doubles.
#
# Guess: a number without a fraction in JSON-LD becomes an xsd:integer, with its digits, or rounded as JavaScript rounds it; and data that
# come as RDF with a datatype keep it on their way through JSON-LD, or N-Quads to N-Quads.
# Seen: jsonld-streaming-parser gives 9007199254740993 as an xsd:string, and -9007199254740993 as an xsd:integer that is rounded, so one
# property has two types; jsonld.js 9.0.0 rounds both. ttl2jsonld writes "5"^^xsd:double as 5, rounds integers, and writes null for INF:
# that statement is gone in N-Quads. trld reads N-Quads and writes "5.0"^^xsd:integer for "5"^^xsd:double, and 42 for 042; in Turtle the
# double is a decimal. Nothing is raised.
# Valid: JSON-LD 1.1 Processing Algorithms and API, section 8.2.2: a number without a fraction, below 10^21, is an xsd:integer. Section 8.4.2:
# RDF becomes numbers of JSON only with useNativeTypes; else a value keeps its text and its datatype. RDF 1.1 N-Quads, section 2.
# Date: 2026-11-30.
# For bulk loads: a load completes, and large ids are texts that no filter by number finds; doubles are integers, or ill-typed, and open
# ranges are missing. Write such numbers as {"@value": "9007199254740993", "@type": "xsd:long"}; compare the datatypes before a load.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi trld==0.3.0
from_npm jsonld-streaming-parser@5.0.1 jsonld@9.0.0 @frogcat/ttl2jsonld@0.0.10
XSD='http://www.w3.org/2001/XMLSchema#'

cat >numbers.jsonld <<'END'
{"@id": "http://example.org/ann", "http://example.org/balance": [42, 9007199254740993, -9007199254740993]}
END
cat >numbers.ttl <<END
@prefix xsd: <$XSD> .
<http://example.org/ann> <http://example.org/code> "9007199254740993"^^xsd:integer ; <http://example.org/height> "5"^^xsd:double ;
  <http://example.org/until> "INF"^^xsd:double .
END
cat >numbers.nq <<END
<http://example.org/ann> <http://example.org/code> "042"^^<${XSD}integer> .
<http://example.org/ann> <http://example.org/height> "5"^^<${XSD}double> .
<http://example.org/ann> <http://example.org/mass> "1.0E3"^^<${XSD}double> .
END
cat >convert.mjs <<'END'
import { createReadStream, readFileSync } from 'node:fs';
import ttl2jsonld from '@frogcat/ttl2jsonld';
import jsonld from 'jsonld';
import { JsonLdParser } from 'jsonld-streaming-parser';
for await (const { predicate, object } of new JsonLdParser().import(createReadStream('numbers.jsonld'))) {
  console.log(`jsonld-streaming-parser: ann ${predicate.value.slice(19)} "${object.value}"^^${object.datatype.value.split('#')[1]} .`);
}
const fromTurtle = ttl2jsonld.parse(readFileSync('numbers.ttl', 'utf8'));
for (const [name, text] of [['jsonld.js', readFileSync('numbers.jsonld')], ['ttl2jsonld', JSON.stringify(fromTurtle)]]) {
  console.log((await jsonld.toRDF(JSON.parse(text), { format: 'application/n-quads' })).trim().replace(/^/gm, `${name}: `));
}
END
seen=$(
  node convert.mjs
  env/bin/trld -i nq -o nq numbers.nq | sed 's/^/trld, N-Quads: /'
  env/bin/trld -i nq -o ttl numbers.nq | sed '/^$/d; s/^/trld, Turtle: /'
)
compare 'jsonld-streaming-parser: ann balance "42"^^integer .
jsonld-streaming-parser: ann balance "9007199254740993"^^string .
jsonld-streaming-parser: ann balance "-9007199254740992"^^integer .
jsonld.js: ann balance "-9007199254740992"^^integer .
jsonld.js: ann balance "42"^^integer .
jsonld.js: ann balance "9007199254740992"^^integer .
ttl2jsonld: ann code "9007199254740992"^^integer .
ttl2jsonld: ann height "5"^^integer .
trld, N-Quads: ann code "42"^^integer .
trld, N-Quads: ann height "5.0"^^integer .
trld, N-Quads: ann mass "1000.0"^^integer .
trld, Turtle: ann code 42 ;
trld, Turtle:   height 5.0 ;
trld, Turtle:   mass 1000.0 .' "$(sed "s|<http://example.org/\([a-z]*\)>|\1|g; s|\^\^<$XSD\([a-z]*\)>|\^\^\1|" <<<"$seen")"
