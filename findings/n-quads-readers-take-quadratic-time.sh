#!/usr/bin/env bash
# The N-Quads readers of jsonld.js 9.0.0 (rdf-canonize 5.0.0) and PyLD 3.3.0 take sixteen times as long for four times the statements.
#
# Guess: N-Quads is read line by line, in a time that grows with the number of lines. Canonical labels for blank nodes may cost more, but
# these files have none.
# Seen: both compare each statement with all before it, to leave out duplicates. CPU time on one machine: 16,000 statements 4.8 s and
# 1,000 0.05 s with rdf-canonize; 8,000 statements 7 s with PyLD. A million would take hours in the first, and more than a day in the second.
# N3.js 2.13.12 reads the same lines in linear time. The script holds ratios of CPU times, not times.
# Date: 2026-11-28.
# For bulk loads: framing, signing or comparing a file before the load works in each test with a small one, and does not come back with
# the real one; inside a Lambda function it ends in a time-out. Split by subject, or read with another library.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi pyld==3.3.0
from_npm rdf-canonize@5.0.0 jsonld@9.0.0 n3@2.13.12

cat >time.cjs <<'END'
const jsonld = require('jsonld');
const { Parser } = require('n3');
const { NQuads } = require('rdf-canonize');
const lines = (count) =>
  Array.from({ length: count }, (_, i) => `<http://example.org/s${i}> <http://example.org/p> <http://example.org/o${i}> .\n`).join('');
const seconds = async (read, text) => {
  let best = Infinity;
  for (let turn = 0; turn < 3; turn += 1) {
    const start = process.cpuUsage();
    await read(text);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
};
(async () => {
  const readers = {
    'rdf-canonize': [(text) => NQuads.parse(text), 3000],
    'jsonld.js': [(text) => jsonld.fromRDF(text, { format: 'application/n-quads' }), 3000],
    'N3.js': [(text) => new Parser({ format: 'N-Quads' }).parse(text), 30000],
  };
  for (const [name, [read, count]] of Object.entries(readers)) {
    await read(lines(100));
    const [few, many] = [await seconds(read, lines(count)), await seconds(read, lines(4 * count))];
    console.error(`${name}: ${count} statements ${few.toFixed(2)} s, ${4 * count} ${many.toFixed(2)} s`);
    console.log(`${name}: four times the statements take ${many / few > 8 ? 'more' : 'less'} than eight times as long`);
  }
})();
END
cat >time.py <<'END'
import sys
import time

from pyld import jsonld


def seconds(count):
    text = "".join(f"<http://example.org/s{i}> <http://example.org/p> <http://example.org/o{i}> .\n" for i in range(count))
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        jsonld.from_rdf(text)
        best = min(best, time.process_time() - start)
    return best


few, many = seconds(500), seconds(2000)
print(f"PyLD: 500 statements {few:.2f} s, 2000 {many:.2f} s", file=sys.stderr)
print(f"PyLD: four times the statements take {'more' if many / few > 8 else 'less'} than eight times as long")
END
compare 'rdf-canonize: four times the statements take more than eight times as long
jsonld.js: four times the statements take more than eight times as long
N3.js: four times the statements take less than eight times as long
PyLD: four times the statements take more than eight times as long' "$(node time.cjs; env/bin/python time.py)"
