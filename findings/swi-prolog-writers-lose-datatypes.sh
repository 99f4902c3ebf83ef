#!/usr/bin/env bash
# SWI-Prolog 9.0.4 writes Turtle whose numbers and booleans have other datatypes, and RDF/XML whose texts have lost their line breaks.
#
# Guess: a writer of Turtle leaves out a datatype only where Turtle gives it back: 4.2E1 for a double, true for a boolean. A writer of
# RDF/XML escapes a line break in an attribute, as XML asks for.
# Seen: it leaves out the datatype of each boolean, decimal and double, whatever the value looks like: "42"^^xsd:double comes out as 42,
# "1"^^xsd:boolean as 1, both integers for every reader, and "INF" as INF, which is no Turtle. Its RDF/XML has plain texts as attributes,
# with line breaks and tabs as they are, which each reader of XML makes blanks of; Turtle keeps them. Nothing is raised.
# Valid: RDF 1.1 Turtle, section 2.5.2: a double has an exponent; 2.5.3: a boolean is true or false. XML 1.0, section 3.3.3: line breaks and
# tabs in an attribute are read as blanks, unless they are written as character references.
# Date: 2026-11-30, swi-prolog-core and swi-prolog-core-packages 9.0.4+dfsg-2 of Debian 12.
# For bulk loads: an ontology saved as Turtle loads with flags and numbers that no query for their datatype finds, or stops at INF; saved as
# RDF/XML, it loads with its texts in one line each. No other format of its own keeps both.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi rdflib==7.6.0
from_debian swi-prolog-core=9.0.4+dfsg-2 swi-prolog-core-packages=9.0.4+dfsg-2 libtcmalloc-minimal4
export LD_LIBRARY_PATH="$FOLDER/debian/usr/lib/x86_64-linux-gnu"
home="$FOLDER/debian/usr/lib/swi-prolog"

xsd=http://www.w3.org/2001/XMLSchema#
echo '<http://example.org/ann> <http://example.org/height> "42"^^<'$xsd'double> .' >double.nt
echo '<http://example.org/ann> <http://example.org/active> "1"^^<'$xsd'boolean> .' >boolean.nt
echo '<http://example.org/ann> <http://example.org/until> "INF"^^<'$xsd'double> .' >infinite.nt
echo '<http://example.org/ann> <http://example.org/address> "1 Main St\nSpringfield" .' >lines.nt
cat >save.pl <<'END'
:- use_module(library(lists)).
:- use_module(library(semweb/rdf_ntriples)).
:- rdf_ntriples:use_module(library(error)).
:- use_module(library(semweb/rdf_db)).
:- use_module(library(semweb/turtle)).
:- turtle:use_module(library(error)).
main :- forall(member(Name, [double, boolean, infinite, lines]), save(Name)).
save(Name) :-
    rdf_reset_db,
    file_name_extension(Name, nt, Input),
    rdf_load(Input, [format(ntriples), silent(true)]),
    file_name_extension(Name, ttl, Turtle),
    rdf_save_turtle(Turtle, [silent(true)]),
    file_name_extension(Name, rdf, Xml),
    rdf_save(Xml).
END
cat >read.py <<'END'
import rdflib

rdflib.NORMALIZE_LITERALS = False
for name in ["double", "boolean", "infinite", "lines"]:
    for extension, form in {"nt": "nt", "ttl": "turtle", "rdf": "xml"}.items():
        try:
            [(_, _, value)] = rdflib.Graph().parse(f"{name}.{extension}", format=form)
            print(f"{name}.{extension}: {str(value)!r} {(value.datatype or '').rpartition('#')[2]}".rstrip())
        except rdflib.plugins.parsers.notation3.BadSyntax:
            print(f"{name}.{extension}: cannot be read")
END
compare "double.nt: '42' double
double.ttl: '42' integer
double.rdf: '42' double
boolean.nt: '1' boolean
boolean.ttl: '1' integer
boolean.rdf: '1' boolean
infinite.nt: 'INF' double
infinite.ttl: cannot be read
infinite.rdf: 'INF' double
lines.nt: '1 Main St\nSpringfield'
lines.ttl: '1 Main St\nSpringfield'
lines.rdf: '1 Main St Springfield'" "$("$home/bin/x86_64-linux/swipl" --home="$home" -g main -t halt save.pl >save.log 2>&1 && env/bin/python read.py)"
