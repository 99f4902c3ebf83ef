#!/usr/bin/env bash
# jsonata 2.0.6, jsonata 2.2.2 and jsonata-python 0.7.1 make different texts of the same numbers; the last unwraps lists.
#
# Guess: the version that AWS documents for Step Functions (2.0.6), today's version and the Python port that runs JSONata in moto agree on
# expressions that state machines use: a whole number below 2^53 in a text has all its digits, and $distinct of a list is a list.
# Seen: in a text, 1234567890123456 is 1234567890123460 in 2.0.6, exact in 2.2.2, and 1.23456789012346e+15 in Python; inside of an object,
# Python is exact and 2.0.6 is not. $distinct of two equal texts is a text in Python, and [0, false] has one element there.
# Date: 2026-11-29. What AWS's own engine does was not asked.
# For bulk loads: a key of S3, a file name or an id that an expression joins from a number of 16 digits differs between test and service;
# keep such numbers as texts. Items of a Map that are made with $distinct need [ ] around it.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi jsonata-python==0.7.1
from_npm documented@npm:jsonata@2.0.6 today@npm:jsonata@2.2.2

cat >expressions.json <<'END_OF_JSON'
["'part-' & 123456789012345", "'part-' & 1234567890123456", "$string({'bytes': 1234567890123456})", "'part-' & 100000000000000000000",
 "$distinct(['a.csv', 'b.csv', 'a.csv'])", "$distinct(['a.csv', 'a.csv'])", "[$distinct(['a.csv', 'a.csv'])]", "$distinct([0, false])"]
END_OF_JSON
cat >evaluate.cjs <<'END_OF_JS'
const expressions = require('./expressions.json');
(async () => {
  for (const version of ['documented', 'today']) {
    const jsonata = require(version);
    for (const expression of expressions) console.log(version, expression, JSON.stringify(await jsonata(expression).evaluate(null)));
  }
})();
END_OF_JS
cat >evaluate.py <<'END_OF_PYTHON'
import json

import jsonata

for expression in json.load(open("expressions.json", encoding="utf-8")):
    value = jsonata.Jsonata(expression).evaluate(None)
    print("python", expression, json.dumps(value, ensure_ascii=False, separators=(",", ":")))
END_OF_PYTHON
compare "$(cat <<'END_OF_SEEN'
documented 'part-' & 123456789012345 "part-123456789012345"
documented 'part-' & 1234567890123456 "part-1234567890123460"
documented $string({'bytes': 1234567890123456}) "{\"bytes\":1234567890123460}"
documented 'part-' & 100000000000000000000 "part-100000000000000000000"
documented $distinct(['a.csv', 'b.csv', 'a.csv']) ["a.csv","b.csv"]
documented $distinct(['a.csv', 'a.csv']) ["a.csv"]
documented [$distinct(['a.csv', 'a.csv'])] ["a.csv"]
documented $distinct([0, false]) [0,false]
today 'part-' & 123456789012345 "part-123456789012345"
today 'part-' & 1234567890123456 "part-1234567890123456"
today $string({'bytes': 1234567890123456}) "{\"bytes\":1234567890123456}"
today 'part-' & 100000000000000000000 "part-100000000000000000000"
today $distinct(['a.csv', 'b.csv', 'a.csv']) ["a.csv","b.csv"]
today $distinct(['a.csv', 'a.csv']) ["a.csv"]
today [$distinct(['a.csv', 'a.csv'])] ["a.csv"]
today $distinct([0, false]) [0,false]
python 'part-' & 123456789012345 "part-123456789012345"
python 'part-' & 1234567890123456 "part-1.23456789012346e+15"
python $string({'bytes': 1234567890123456}) "{\"bytes\":1234567890123456}"
python 'part-' & 100000000000000000000 "part-1e+20"
python $distinct(['a.csv', 'b.csv', 'a.csv']) ["a.csv","b.csv"]
python $distinct(['a.csv', 'a.csv']) "a.csv"
python [$distinct(['a.csv', 'a.csv'])] ["a.csv"]
python $distinct([0, false]) 0
END_OF_SEEN
)" "$(node evaluate.cjs; PYTHONUTF8=1 env/bin/python evaluate.py)"
