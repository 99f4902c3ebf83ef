#!/usr/bin/env bash
# jsonld.js 9.0.0 writes the doubles INF and -INF of JSON-LD as NaN in N-Quads; PyLD 3.3.0 writes NaN as NAN.
#
# Guess: a value that already is a text with a datatype, {"@value": "INF", "@type": "xsd:double"}, goes into N-Quads as it is. JSON has
# no infinity, so the text is the only way to have one, and it is XML Schema's own spelling.
# Seen: both parse the text of each double as a number and print it anew ("1.10" becomes "1.1E0", which is the same number). With
# jsonld.js, INF, -INF and NaN all come out as "NaN", and -0.0 loses its sign. PyLD keeps INF and makes "NAN" of NaN, which is no
# double of XML Schema. Nothing is raised.
# Date: 2026-11-28.
# For bulk loads: unlimited validity, open ranges and overflowed scores turn into NaN, which no comparison in a query finds; and "NAN" is
# an ill-typed literal, which a reader that checks datatypes refuses.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi pyld==3.3.0
from_npm jsonld@9.0.0

cat >values.json <<'END'
["INF", "-INF", "NaN", "-0.0", "1.10"]
END
cat >write.cjs <<'END'
const jsonld = require('jsonld');
const type = 'http://www.w3.org/2001/XMLSchema#double';
(async () => {
  for (const value of require('./values.json')) {
    const document = [{ '@id': 'http://example.org/s', 'http://example.org/p': [{ '@value': value, '@type': type }] }];
    console.log('jsonld.js', value, '->', (await jsonld.toRDF(document, { format: 'application/n-quads' })).split('"')[1]);
  }
})();
END
cat >write.py <<'END'
import json

from pyld import jsonld

for value in json.load(open("values.json")):
    typed = {"@value": value, "@type": "http://www.w3.org/2001/XMLSchema#double"}
    document = [{"@id": "http://example.org/s", "http://example.org/p": [typed]}]
    print("PyLD", value, "->", jsonld.to_rdf(document, {"format": "application/n-quads"}).split('"')[1])
END
compare 'jsonld.js INF -> NaN
jsonld.js -INF -> NaN
jsonld.js NaN -> NaN
jsonld.js -0.0 -> 0.0E0
jsonld.js 1.10 -> 1.1E0
PyLD INF -> INF
PyLD -INF -> -INF
PyLD NaN -> NAN
PyLD -0.0 -> -0.0E0
PyLD 1.10 -> 1.1E0' "$(node write.cjs; env/bin/python write.py)"
