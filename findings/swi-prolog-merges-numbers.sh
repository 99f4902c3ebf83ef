#!/usr/bin/env bash
# SWI-Prolog 9.0.4's store of RDF gives a statement the value of another one, where both are alike as doubles: NaN becomes a number.
#
# Guess: statements that are loaded from N-Triples are found again as they were. If the store keeps equal numbers once, as a database may,
# equal means equal: 7 and 007 are one integer.
# Seen: it keeps numbers of a datatype once if they compare as equal C doubles. NaN compares as equal to any, so it becomes one that is
# there: here 1.82. The decimal 9007199254740993.0 becomes 9007199254740992.0, which was loaded before. Nothing is raised, and the number
# of statements is right. Integers are compared exactly.
# Valid: XML Schema 1.1, part 2: NaN is equal to no other value of double; decimals have a value space of exact numbers.
# Date: 2026-11-30, swi-prolog-core and swi-prolog-core-packages 9.0.4+dfsg-2 of Debian 12.
# For bulk loads: a file that is cleaned, merged or queried in SWI-Prolog loads with all its records, some of which have the value of others.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_debian swi-prolog-core=9.0.4+dfsg-2 swi-prolog-core-packages=9.0.4+dfsg-2 libtcmalloc-minimal4
export LD_LIBRARY_PATH="$FOLDER/debian/usr/lib/x86_64-linux-gnu"
home="$FOLDER/debian/usr/lib/swi-prolog"

cat >in.nt <<'END'
<http://example.org/ann> <http://example.org/height> "1.82"^^<http://www.w3.org/2001/XMLSchema#double> .
<http://example.org/ann> <http://example.org/weight> "NaN"^^<http://www.w3.org/2001/XMLSchema#double> .
<http://example.org/ann> <http://example.org/account> "9007199254740992.0"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<http://example.org/bob> <http://example.org/account> "9007199254740993.0"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<http://example.org/ann> <http://example.org/id> "9007199254740992"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://example.org/bob> <http://example.org/id> "9007199254740993"^^<http://www.w3.org/2001/XMLSchema#integer> .
END
cat >show.pl <<'END'
:- use_module(library(semweb/rdf_ntriples)).
:- rdf_ntriples:use_module(library(error)).
:- use_module(library(semweb/rdf_db)).
main :-
    current_prolog_flag(version, Version),
    format("SWI-Prolog ~w~n", [Version]),
    rdf_load('in.nt', [format(ntriples), silent(true)]),
    forall(rdf(Subject, Predicate, literal(type(_, Value))), format("~w ~w ~w~n", [Subject, Predicate, Value])).
END
compare 'SWI-Prolog 90004
ann height 1.82
ann weight 1.82
ann account 9007199254740992.0
bob account 9007199254740992.0
ann id 9007199254740992
bob id 9007199254740993' "$("$home/bin/x86_64-linux/swipl" --home="$home" -g main -t halt show.pl 2>&1 | sed 's,http://example.org/,,g')"
