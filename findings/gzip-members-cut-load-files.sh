#!/usr/bin/env bash
# fflate 0.8.3 unpacks a .gz file of several members to the wrong length, and seek-bzip 2.0.0 a .bz2 file of several streams to its first.
#
# Guess: a .gz file that was appended to, put together with cat, or written by blocks is read whole, as gzip, Python and Node do, or at
# worst ends after its first member. bzip2 files from parallel packers have a stream a block, and every reader knows them.
# Seen: fflate's gunzipSync gives as many bytes of the first member as the *last* member is long: here the ten bytes of the header, and no
# row. Its streaming class Gunzip gives all. seek-bzip's decode gives the first stream, unless its third argument is true. pako 3.0.3 and
# unbzip2-stream 1.4.3 give all. Nothing is raised.
# Date: 2026-11-28.
# For bulk loads: the loader takes .gz and .bz2 files. A check before the load that unpacks them so sees a part of the rows, or none, and
# calls the file good.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_npm fflate@0.8.3 seek-bzip@2.0.0 pako@3.0.3 unbzip2-stream@1.4.3

python3 - <<'END'
import bz2
import gzip

first, second = b"~id,~label\np1,Person\n", b"p2,Person\n"
open("people.csv.gz", "wb").write(gzip.compress(first) + gzip.compress(second))
open("people.csv.bz2", "wb").write(bz2.compress(first) + bz2.compress(second))
END
cat >unpack.cjs <<'END'
const { createReadStream, readFileSync } = require('node:fs');
const { gunzipSync: node } = require('node:zlib');
const fflate = require('fflate');
const gz = readFileSync('people.csv.gz');
const bz2 = readFileSync('people.csv.bz2');
const show = (name, bytes) => console.log(name, JSON.stringify(Buffer.from(bytes).toString()));
show('zlib.gunzipSync', node(gz));
show('fflate.gunzipSync', fflate.gunzipSync(gz));
const pieces = [];
new fflate.Gunzip((piece) => pieces.push(Buffer.from(piece))).push(gz, true);
show('fflate.Gunzip', Buffer.concat(pieces));
show('pako.ungzip', require('pako').ungzip(gz));
show('seek-bzip decode', require('seek-bzip').decode(bz2));
show('seek-bzip decode, third argument true', require('seek-bzip').decode(bz2, null, true));
const parts = [];
createReadStream('people.csv.bz2').pipe(require('unbzip2-stream')())
  .on('data', (part) => parts.push(part))
  .on('end', () => show('unbzip2-stream', Buffer.concat(parts)));
END
compare 'zlib.gunzipSync "~id,~label\np1,Person\np2,Person\n"
fflate.gunzipSync "~id,~label"
fflate.Gunzip "~id,~label\np1,Person\np2,Person\n"
pako.ungzip "~id,~label\np1,Person\np2,Person\n"
seek-bzip decode "~id,~label\np1,Person\n"
seek-bzip decode, third argument true "~id,~label\np1,Person\np2,Person\n"
unbzip2-stream "~id,~label\np1,Person\np2,Person\n"' "$(node unpack.cjs)"
