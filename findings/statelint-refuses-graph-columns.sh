#!/usr/bin/env bash
# statelint 3.1.0 refuses paths to the columns of a Gremlin CSV file, such as $['~id'], in Parameters.
#
# Guess: a Distributed Map that reads a vertex file gives items with the file's headers as fields, and a linter of the States language takes
# $['~id'] and $['name:String']; brackets with quotes are what JSONPath has for such names.
# Seen: "is not a JSONPath or intrinsic function expression", exit code 1, for each name in quotes with a character other than letters,
# digits and _. In a Choice's Variable and in InputPath it takes the same paths. asl-validator 4.0.0 (npm) takes them everywhere, and moto
# 5.2.5 runs them (Pass gives the cell).
# Date: 2026-11-28.
# For bulk loads: a machine that maps over Neptune's own files cannot pass this linter as it is. Take whole items ("row.$": "$") and
# pick the cell in the function, or let another linter decide.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi statelint==3.1.0
from_npm asl-validator@4.0.0

cat >validate.cjs <<'END'
const { readFileSync } = require('node:fs');
const validate = require('asl-validator');
console.log('  asl-validator:', validate(JSON.parse(readFileSync('machine.json'))).isValid ? 'valid' : 'refused');
END
machine() {
  printf '{"StartAt": "P", "States": {"P": {"Type": "Pass", "%s": %s, "End": true}}}' "$1" "$2" >machine.json
}
seen=$(for path in "\$['name']" "\$['~id']" "\$['name:String']" "\$['tags:String[]']"; do
  for place in Parameters InputPath; do
    if [ "$place" = Parameters ]; then machine Parameters "{\"x.\$\": \"$path\"}"; else machine InputPath "\"$path\""; fi
    echo "$path in $place"
    if env/bin/statelint machine.json >statelint.log 2>&1; then echo "  statelint: valid"; else echo "  statelint: refused"; fi
    node validate.cjs
  done
done)
compare "\$['name'] in Parameters
  statelint: valid
  asl-validator: valid
\$['name'] in InputPath
  statelint: valid
  asl-validator: valid
\$['~id'] in Parameters
  statelint: refused
  asl-validator: valid
\$['~id'] in InputPath
  statelint: valid
  asl-validator: valid
\$['name:String'] in Parameters
  statelint: refused
  asl-validator: valid
\$['name:String'] in InputPath
  statelint: valid
  asl-validator: valid
\$['tags:String[]'] in Parameters
  statelint: refused
  asl-validator: valid
\$['tags:String[]'] in InputPath
  statelint: valid
  asl-validator: valid" "$seen"
