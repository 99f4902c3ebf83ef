#!/usr/bin/env bash
# pyRDF 2.3.2, a reader and writer of N-Triples and N-Quads, keeps the quotation marks of a plain text, and writes texts as they are.
#
# Guess: the value of "Ann" is Ann; a file that is read and written is the same file; what a program puts into a Literal is escaped in the
# file. A package for two formats of one line a statement has at most an odd escape wrong.
# Seen: the value of a text without a language or a datatype has its quotation marks, so it is written with two at each end, and no reader
# takes the file. Escapes are kept as they are in a value. A text that a program made is written without escapes: C:\new is read back as
# C:, a line feed and ew, and two lines are two lines of the file. The writer of N-Quads refuses each statement of the default graph.
# Valid: RDF 1.1 N-Triples, section 2.4: a literal's lexical form stands between the quotation marks, and ECHAR and UCHAR stand for their
# characters; a line feed is not allowed there. RDF 1.1 N-Quads, section 2.2: the graph label is optional.
# Date: 2026-11-30.
# For bulk loads: a filter by a name drops every plain text, each of them is a parsing error after a conversion, and paths of Windows load
# as other texts.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi pyRDF==2.3.2 pyoxigraph==0.5.13

cat >convert.py <<'END'
import pyoxigraph
from rdf import IRIRef, Literal, NQuads, NTriples, Statement

ANN, NAME = IRIRef("http://example.org/ann"), IRIRef("http://example.org/name")
READ = {
    "plain": '"Ann"',
    "language": '"Ann"@en',
    "datatype": '"Ann"^^<http://www.w3.org/2001/XMLSchema#string>',
    "escape": '"Zo\\u00eb"@en',
}
MADE = {"folder": "C:\\new", "lines": "first\nsecond", "quotes": 'the "one"'}


def lines(format, path, statements):
    """The lines of a file with these statements."""
    with format(path=path, mode="w") as file:
        for statement in statements:
            file.write(statement)
    return open(path).read().splitlines()


def known(line):
    """What a reader of N-Triples takes a line for."""
    try:
        return [triple.object.value for triple in pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_TRIPLES)]
    except SyntaxError:
        return "REFUSED"


for name, term in READ.items():
    statements = list(NTriples(data=f"<{ANN.value}> <{NAME.value}> {term} .\n").parse())
    written = lines(NTriples, "read.nt", statements)
    print(f"{name}: value {statements[0].object.value}, written", *(f"{line.split('> ', 2)[2]} is {known(line)}" for line in written))
for name, text in MADE.items():
    written = lines(NTriples, "made.nt", [Statement(ANN, NAME, Literal(text, language="en"))])
    print(f"{name}: written as {len(written)} line(s), read as", *(known(line) for line in written))
try:
    lines(NQuads, "default.nq", NQuads(data=f"<{ANN.value}> <{NAME.value}> <{ANN.value}> .\n").parse())
except Exception as error:
    print("default graph:", error)
END
compare 'plain: value "Ann", written ""Ann"" . is REFUSED
language: value Ann, written "Ann"@en . is ['"'Ann'"']
datatype: value Ann, written "Ann"^^<http://www.w3.org/2001/XMLSchema#string> . is ['"'Ann'"']
escape: value Zo\u00eb, written "Zo\u00eb"@en . is ['"'Zoë'"']
folder: written as 1 line(s), read as ['"'C:\new'"']
lines: written as 2 line(s), read as REFUSED REFUSED
quotes: written as 1 line(s), read as REFUSED
default graph: Unrecognised resource: None' "$(env/bin/python convert.py)"
