#!/usr/bin/env bash
# Owlready2 0.51 saves a carriage return in a text as it is, so that its N-Triples file is none, and floats as ill-typed decimals.
#
# Guess: save(format="ntriples") escapes line ends, as it escapes quotes, backslashes and line feeds; a Python float becomes xsd:double.
# Seen: \n is escaped, \r is not, and a carriage return ends a line in N-Triples: RDFLib 7.6.0 refuses the file, one text from a web form or
# a spreadsheet (CR LF) is enough. Floats are xsd:decimal, with exponents and "inf", which no decimal has. save() raises nothing.
# Date: 2026-11-28.
# For bulk loads: a loader that reads by lines loses this statement and sees two bad lines (inferred, no cluster was asked); with
# failOnError the load ends there. The decimals load, and compare as no numbers.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi owlready2==0.51 rdflib==7.6.0

cat >save.py <<'END'
import io

import owlready2
import rdflib

onto = owlready2.World().get_ontology("http://example.org/o#")
with onto:
    class Person(owlready2.Thing): pass
    class note(owlready2.DataProperty): pass
    Person("p1").note = ["one\r\ntwo", 1.5, 1e-7, float("inf")]
file = io.BytesIO()
onto.save(file, format="ntriples")
for line in file.getvalue().decode().split("\n"):
    if "o#note> \"" in line:
        print(line.split("o#note> ")[1].replace("\r", "(carriage return)"))
try:
    rdflib.Graph().parse(data=file.getvalue(), format="nt")
    print("RDFLib reads it")
except rdflib.plugins.parsers.ntriples.ParseError:
    print("RDFLib refuses it")
END
compare '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .
"1e-07"^^<http://www.w3.org/2001/XMLSchema#decimal> .
"inf"^^<http://www.w3.org/2001/XMLSchema#decimal> .
"one(carriage return)\ntwo"^^<http://www.w3.org/2001/XMLSchema#string> .
RDFLib refuses it' "$(env/bin/python save.py | LC_ALL=C sort)"
