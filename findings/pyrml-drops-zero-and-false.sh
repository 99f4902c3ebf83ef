#!/usr/bin/env bash
# pyrml-lib 0.6.0 leaves out each 0, 0.0 and false of a CSV file, makes the text "nan" of an empty cell, and writes infinity as `inf`.
#
# Guess: as RML says, an empty cell gives no statement, and any other one a literal with the cell's text and the datatype of the mapping.
# Seen: the reverse for both: a text column's empty cell is the literal "nan", and so is one with NA; cells whose value Python counts as
# false give nothing. INF is "inf", which is no xsd:double. Nothing is raised.
# Valid: RFC 4180 for the file; R2RML, on which RML builds: only null gives no term; XML Schema 1.1: INF is a double, inf is none.
# Date: 2026-12-01.
# For bulk loads: the file loads without an error. Counters at zero and flags that are false are missing, empty cells are found as "nan",
# and no filter by a number finds `inf`. Count the statements of each property after the mapping.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi pyrml-lib==0.6.0 pandas==2.1.4 rdflib==7.1.3

cat >people.csv <<'END'
id,name,logins,score,active
1,Ann,0,0.0,true
2,,7,INF,false
3,NA,8,1.5,false
END
cat >mapping.ttl <<'END'
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
<#People> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "people.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "http://example.org/{id}" ] ;
  rr:predicateObjectMap [ rr:predicate ex:name ; rr:objectMap [ rml:reference "name" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:logins ; rr:objectMap [ rml:reference "logins" ; rr:datatype xsd:integer ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:score ; rr:objectMap [ rml:reference "score" ; rr:datatype xsd:double ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:active ; rr:objectMap [ rml:reference "active" ; rr:datatype xsd:boolean ] ] .
END
cat >map.py <<'END'
from pyrml import RMLConverter
print(RMLConverter().convert("mapping.ttl").serialize(format="nt"))
END
env/bin/python map.py >out.nt 2>run.log || tail -n 1 run.log >&2
seen=$(sed -nE 's|<http://example.org/([0-9]+)> <http://example.org/([a-z]+)> ("[^"]*").*|\1 \2 \3|p' out.nt | LC_ALL=C sort)
compare '1 active "true"
1 name "Ann"
2 logins "7"
2 name "nan"
2 score "inf"
3 logins "8"
3 name "nan"
3 score "1.5"' "$seen"
