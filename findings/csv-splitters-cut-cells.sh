#!/usr/bin/env bash
# csv-split-stream 1.0.2 and csv-splitter 1.1.0 cut CSV files inside cells, and take empty lines out of cells.
#
# Guess: a package that is made to split CSV puts the header on each part and cuts between rows; at worst it cuts between lines, so that
# the parts one behind the other are the file again.
# Seen: both count lines. A cell of several lines is divided between two parts, of which the first ends in an open quote and the second
# begins with the rest of a text. Both skip empty lines wherever they are: the empty line between two paragraphs in a cell is gone, and the
# part is valid CSV with as many rows as it should have. Nothing is raised.
# Valid: RFC 4180, section 2, rule 6: fields containing line breaks should be enclosed in double quotes. An empty line in quotes is text.
# Date: 2026-11-30.
# For bulk loads: large files are split so that the loader reads them side by side. One part with an open quote fails, and where the cut
# falls elsewhere, texts have lost their paragraphs and the load completes. Split by rows with a reader of CSV.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_npm csv-split-stream@1.0.2 csv-splitter@1.1.0

cat >people.csv <<'END'
~id,~label,note:String
p1,Person,"first paragraph

second paragraph"
p2,Person,short
p3,Person,"two
lines"
END
cat >split.cjs <<'END'
const fs = require('node:fs');
const { split } = require('csv-split-stream');
const CsvSplitter = require('csv-splitter');
(async () => {
  const closed = [];
  await split(fs.createReadStream('people.csv'), { lineLimit: 4 }, (index) => {
    const part = fs.createWriteStream(`csv-split-stream-${index}.csv`);
    closed.push(new Promise((done) => part.on('close', done)));
    return part;
  });
  await Promise.all(closed);
  fs.mkdirSync('csv-splitter');
  await CsvSplitter.split('people.csv', 4, 'csv-splitter');
})();
END
cat >read.py <<'END'
import csv
import pathlib


def show(name, path):
    text = path.read_text()
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), strict=True))[1:]
        print(f"{name}:", *(repr(row[-1]) if len(row) == 3 else f"{len(row)} cell {row[0]!r}" for row in rows))
    except csv.Error as error:
        print(f"{name}:", error)


show("people.csv", pathlib.Path("people.csv"))
for name, pattern in {"csv-split-stream": "csv-split-stream-*.csv", "csv-splitter": "csv-splitter/*.csv"}.items():
    for number, path in enumerate(sorted(pathlib.Path().glob(pattern)), 1):
        show(f"{name}, part {number}", path)
END
compare "people.csv: 'first paragraph\n\nsecond paragraph' 'short' 'two\nlines'
csv-split-stream, part 1: unexpected end of data
csv-split-stream, part 2: 1 cell 'lines\"'
csv-splitter, part 1: 'first paragraph\nsecond paragraph' 'short'
csv-splitter, part 2: 'two\nlines'" "$(node split.cjs >split.log && python3 read.py)"
