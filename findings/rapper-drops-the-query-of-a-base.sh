#!/usr/bin/env bash
# rapper 2.0.15 (raptor) drops the query of xml:base when it reads RDF/XML, so that two documents give the same IRIs.
#
# Guess: rdf:ID="it" with the base http://example.org/doc?id=1 is http://example.org/doc?id=1#it, as RFC 3986 and the specification of
# RDF/XML say; one library resolves references in one way.
# Seen: it is http://example.org/doc#it, and the same in the document ?id=2. The same tool keeps the query in Turtle, and in RDF/XML when the
# base comes from the command line. RDFLib 7.6.0 keeps it. Nothing is reported.
# Date: 2026-11-28, package 2.0.15-4+deb12u1 of Debian 12.
# For bulk loads: files saved from services with a query in their address (…?id=1) merge all their "#it" into one node; the values of
# many things then stand at it. Nothing fails.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi rdflib==7.6.0
from_debian raptor2-utils=2.0.15-4+deb12u1 libraptor2-0=2.0.15-4+deb12u1 libyajl2 libxml2 libxslt1.1 libicu72 libcurl3-gnutls
debian/usr/bin/rapper --version >/dev/null 2>&1 || cannot_install raptor2-utils

for id in 1 2; do
  cat >"$id.rdf" <<END
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/ns#" xml:base="http://example.org/doc?id=$id">
  <rdf:Description rdf:ID="it"><e:number>$id</e:number></rdf:Description>
</rdf:RDF>
END
  echo "@base <http://example.org/doc?id=$id> . <#it> <http://example.org/ns#number> \"$id\" ." >"$id.ttl"
done
subjects() { sed -E "s|^<([^>]+)>.*\"([0-9]+)\".*|$1: number \2 of \1|"; }
seen=$(for id in 1 2; do
  debian/usr/bin/rapper -q -i rdfxml -o ntriples "$id.rdf" | subjects "rapper, RDF/XML"
  debian/usr/bin/rapper -q -i turtle -o ntriples "$id.ttl" | subjects "rapper, Turtle"
  env/bin/python -c "import rdflib; print(rdflib.Graph().parse('$id.rdf', format='xml').serialize(format='nt').strip())" | subjects "RDFLib, RDF/XML"
done | LC_ALL=C sort)
compare 'RDFLib, RDF/XML: number 1 of http://example.org/doc?id=1#it
RDFLib, RDF/XML: number 2 of http://example.org/doc?id=2#it
rapper, RDF/XML: number 1 of http://example.org/doc#it
rapper, RDF/XML: number 2 of http://example.org/doc#it
rapper, Turtle: number 1 of http://example.org/doc?id=1#it
rapper, Turtle: number 2 of http://example.org/doc?id=2#it' "$seen"
