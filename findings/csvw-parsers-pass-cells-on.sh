#!/usr/bin/env bash
# @zazuko/rdf-parser-csvw 0.17.0 and rdf-parser-csvw 1.1.0 convert CSV by its CSVW metadata and leave cells as they are: "Y" becomes a boolean,
# "1.234,50" a decimal, "a;b" one value. The second writes datatypes that are no IRIs, the first a link for an empty cell.
#
# Guess: parsers of CSV on the Web apply what the metadata says of a column: a format of booleans and of numbers, a separator. An empty cell
# gives no statement. A time without a zone stays without one.
# Seen: both ignore these formats and the separator. For a datatype that is an object, such as {"base": "decimal"}, rdf-parser-csvw writes
# the IRI "[object Object]", unless it is a date or a dateTime. For an empty cell with valueUrl http://example.org/{boss}, @zazuko's writes a
# link to http://example.org/. It makes a time UTC, and the other adds the zone of the machine. Nothing is raised. The README of @zazuko's
# names limits of dates and times only.
# Valid: W3C, Model for Tabular Data and Metadata on the Web, section 6.4 (null and separator; a null cell has no value URL), 6.4.2 (formats
# of numbers), 6.4.3 (of booleans) and 6.4.4 (of dates and times).
# Date: 2026-11-30.
# For bulk loads: filters by true or by amounts find nothing, and all rows without a boss have one boss. "[object Object]" has a blank, so
# that each such line is a parsing error. Convert booleans, numbers and lists before, and name datatypes by strings: "datatype": "decimal".
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_npm @zazuko/rdf-parser-csvw@0.17.0 rdf-parser-csvw@1.1.0 @zazuko/env@3.0.1 n3@2.13.12

cat >convert.mjs <<'END'
import { Readable } from 'node:stream';
import env from '@zazuko/env';
import Zazuko from '@zazuko/rdf-parser-csvw';
import { Parser, Writer } from 'n3';
import RdfExt from 'rdf-parser-csvw';

const column = (name, more) => `[ csvw:title "${name}"; csvw:name "${name}"; csvw:propertyUrl "http://example.org/${name}"; ${more} ]`;
const metadata = env.dataset(new Parser().parse(`
  @prefix csvw: <http://www.w3.org/ns/csvw#> .
  [] a csvw:Table; csvw:url <http://example.org/staff.csv>; csvw:tableSchema [ csvw:aboutUrl "http://example.org/{id}"; csvw:column (
    ${column('id', 'csvw:suppressOutput true')}
    ${column('active', 'csvw:datatype [ csvw:base "boolean"; csvw:format "Y|N" ]')}
    ${column('pay', 'csvw:datatype [ csvw:base "decimal"; csvw:format [ csvw:decimalChar ","; csvw:groupChar "." ] ]')}
    ${column('share', 'csvw:datatype [ csvw:base "decimal" ]')}
    ${column('skill', 'csvw:separator ";"')}
    ${column('boss', 'csvw:valueUrl "http://example.org/{boss}"')}
    ${column('seen', 'csvw:datatype [ csvw:base "dateTime"; csvw:format "yyyy-MM-dd HH:mm:ss" ]')}
  ) ] .`));
const csv = 'id,active,pay,share,skill,boss,seen\nann,Y,"1.234,50",0.5,a;b,,2024-05-06 07:08:09\n';
for (const [name, parser] of [['@zazuko/rdf-parser-csvw', new Zazuko({ metadata, factory: env })], ['rdf-parser-csvw', new RdfExt({ metadata })]]) {
  const quads = [];
  for await (const quad of parser.import(Readable.from([csv]), { baseIRI: 'http://example.org/staff.csv' })) quads.push(quad);
  const lines = new Writer({ format: 'N-Triples' }).quadsToString(quads).split('\n');
  console.log(`${name} in ${process.env.TZ}:`);
  console.log(lines.filter((line) => line.startsWith('<http://example.org/ann> <http://example.org/')).sort().join('\n'));
}
END
compare '@zazuko/rdf-parser-csvw in Europe/Berlin:
<http://example.org/ann> <http://example.org/active> "Y"^^<http://www.w3.org/2001/XMLSchema#boolean> .
<http://example.org/ann> <http://example.org/boss> <http://example.org/> .
<http://example.org/ann> <http://example.org/pay> "1.234,50"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<http://example.org/ann> <http://example.org/seen> "2024-05-06T07:08:09Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
<http://example.org/ann> <http://example.org/share> "0.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<http://example.org/ann> <http://example.org/skill> "a;b" .
rdf-parser-csvw in Europe/Berlin:
<http://example.org/ann> <http://example.org/active> "Y"^^<[object Object]> .
<http://example.org/ann> <http://example.org/pay> "1.234,50"^^<[object Object]> .
<http://example.org/ann> <http://example.org/seen> "2024-05-06T07:08:09.000+02:00"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
<http://example.org/ann> <http://example.org/share> "0.5"^^<[object Object]> .
<http://example.org/ann> <http://example.org/skill> "a;b" .' "$(TZ=Europe/Berlin node convert.mjs)"
