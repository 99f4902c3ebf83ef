#!/usr/bin/env bash
# SDM-RDFizer 4.7.5.15.4.1 changes each quotation mark and apostrophe of a CSV file, and drops cells with words such as NA and None.
#
# Guess: a mapping (RML) of text columns to N-Triples keeps each text, escaped where N-Triples asks for it. An empty cell gives no
# statement, as RML says of null.
# Seen: `"` and `'` both become a backslash and an apostrophe: 5" pipe is `5\' pipe`, it's is `it\'s`. Backslashes and line breaks are
# escaped rightly. No statement comes of the texts NA, N/A, None, null and nan, nor of the double NaN; Null and INF are kept. Nothing is
# raised, and the file is valid N-Triples.
# Valid: RFC 4180 for the file; RML and R2RML: the cell's text is the lexical form of the literal; XML Schema 1.1: NaN is a double.
# Date: 2026-12-01, with libodbc2 2.3.11-2+deb12u1 of Debian 12, which it loads when it starts.
# For bulk loads: all rows load, with other texts; codes such as NA (Namibia) and measures that are NaN are missing. Compare some texts
# with quotation marks after the mapping, or load the CSV file itself, in Neptune's own format.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_debian libodbc2 libltdl7
from_pypi rdfizer==4.7.5.15.4.1 pandas==2.3.3

cat >texts.csv <<'END'
id,text,number
1,"5"" pipe",1
2,it's,INF
3,a\b,NaN
4,"two
lines",2
5,NA,3
6,N/A,3
7,None,3
8,null,3
9,nan,3
10,Null,3
END
cat >mapping.ttl <<'END'
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
<#Texts> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "texts.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "http://example.org/{id}" ] ;
  rr:predicateObjectMap [ rr:predicate <http://example.org/text> ; rr:objectMap [ rml:reference "text" ] ] ;
  rr:predicateObjectMap [ rr:predicate <http://example.org/number> ;
    rr:objectMap [ rml:reference "number" ; rr:datatype <http://www.w3.org/2001/XMLSchema#double> ] ] .
END
cat >config.ini <<'END'
[default]
main_directory: .
[datasets]
number_of_datasets: 1
output_folder: out
all_in_one_file: no
remove_duplicate: yes
enrichment: yes
name: texts
ordered: yes
output_format: n-triples
[dataset1]
name: texts
mapping: mapping.ttl
END
mkdir out
env/bin/python -m rdfizer -c config.ini >run.log 2>&1 || tail -n 1 run.log >&2
seen=$(sed -nE 's|<http://example.org/([0-9]+)> <http://example.org/([a-z]+)> ("[^^]*").*|\1 \2 \3|p' out/texts.nt | LC_ALL=C sort -n -k 1,1)
compare '1 number "1"
1 text "5\\'\'' pipe"
2 number "INF"
2 text "it\\'\''s"
3 text "a\\b"
4 number "2"
4 text "two\nlines"
5 number "3"
6 number "3"
7 number "3"
8 number "3"
9 number "3"
10 number "3"
10 text "Null"' "$seen"
