#!/usr/bin/env bash
# maplib 0.20.26 reads N-Triples and silently leaves out each statement whose value does not fit the type of its column.
#
# Guess: a triple store keeps a literal as it was written, or refuses the file. All values below are valid XML Schema; xsd:integer has no
# upper end, and 1 is a boolean like true.
# Seen: read and written again, the statements with an integer beyond 64 bits, the boolean 1, a date with a time zone, a year of five
# digits and the time 24:00:00 are gone. A dateTime without a zone becomes one in UTC, decimals are cut to 12 digits, INF becomes inf,
# which is no double of XML Schema. Nothing is raised.
# Date: 2026-11-28.
# For bulk loads: mappings and clean-ups that pass through maplib lose records; the load itself completes. Compare the number of
# statements before and after.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi maplib==0.20.26

cat >round.py <<'END'
import maplib

XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = [
    ("integer", "9223372036854775807"),
    ("integer", "9223372036854775808"),
    ("boolean", "true"),
    ("boolean", "1"),
    ("date", "2024-01-01"),
    ("date", "2024-01-01Z"),
    ("date", "12024-01-01"),
    ("dateTime", "2024-01-01T10:00:00"),
    ("dateTime", "2024-01-01T24:00:00Z"),
    ("decimal", "0.1234567890123456"),
    ("double", "INF"),
]
for kind, text in VALUES:
    model = maplib.Model()
    model.reads(f'<http://example.org/s> <http://example.org/p> "{text}"^^<{XSD}{kind}> .\n', format="ntriples")
    written = model.writes(format="ntriples")
    print(kind, text, "->", written.split('"')[1] if written.strip() else "(no statement)")
END
compare 'integer 9223372036854775807 -> 9223372036854775807
integer 9223372036854775808 -> (no statement)
boolean true -> true
boolean 1 -> (no statement)
date 2024-01-01 -> 2024-01-01
date 2024-01-01Z -> (no statement)
date 12024-01-01 -> (no statement)
dateTime 2024-01-01T10:00:00 -> 2024-01-01T10:00:00+00:00
dateTime 2024-01-01T24:00:00Z -> (no statement)
decimal 0.1234567890123456 -> 0.123456789012
double INF -> inf' "$(env/bin/python round.py)"
