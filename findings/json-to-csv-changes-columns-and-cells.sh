#!/usr/bin/env bash
# csvjson 5.1.0, json-2-csv 5.6.0 and csv42 5.0.3 make CSV of JSON with other column names or cells than the objects have.
#
# Guess: an object's key becomes the name of its column, and a text becomes its cell, in quotes where RFC 4180 asks for them, as with
# @json2csv/plainjs 7.0.8, csv-writer 1.6.0 and fast-csv 5.0.8. null and undefined become empty cells.
# Seen: csvjson replaces each comma and each line break in a text by a tab, leaves quotes bare, writes null as a word, and puts "[]." before
# tags:String[]. json-2-csv writes null and undefined as words, and address\.city:String. csv42 takes tags:String[] for a path, and writes it
# as a list in JSON; it does so with each name that has a dot, too. Nothing is raised.
# Valid: RFC 8259, section 4: any string is a name of a JSON object; [] and types stand in Neptune's column names by its user guide, "Gremlin
# load data format". RFC 4180, section 2: a field with commas, line breaks or quotes stands in quotes.
# Date: 2026-11-30.
# For bulk loads: texts lose commas and lines, and a bare quote ends the load; people are named "null", and "undefined" is no Int; a property
# has a backslash in its name, and a file with tags is refused. For json-2-csv, pass {emptyFieldValue: '', escapeHeaderNestedDots: false}.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_npm csvjson@5.1.0 json-2-csv@5.6.0 csv42@5.0.3 @json2csv/plainjs@7.0.8 csv-writer@1.6.0 fast-csv@5.0.8

cat >write.mjs <<'END'
import { Parser } from '@json2csv/plainjs';
import * as csv42 from 'csv42';
import csvjson from 'csvjson';
import csvWriter from 'csv-writer';
import fastCsv from 'fast-csv';
import { json2csv } from 'json-2-csv';
const rows = [{ '~id': 'p1', 'tags:String[]': 'a;b', 'address.city:String': 'Ulm', 'note:String': 'one, "two"\nthree', 'nick:String': null, 'age:Int': undefined }];
const names = Object.keys(rows[0]);
const show = (name, text) => console.log(`== ${name}\n${text.trimEnd()}`);
const writer = csvWriter.createObjectCsvStringifier({ header: names.map((id) => ({ id, title: id })) });
show('@json2csv/plainjs', new Parser().parse(rows));
show('csv-writer', writer.getHeaderString() + writer.stringifyRecords(rows));
show('fast-csv', await fastCsv.writeToString(rows, { headers: true }));
show('csvjson', csvjson.toCSV(rows, { headers: 'relative' }));
show('json-2-csv', json2csv(rows));
show('json-2-csv, with both options', json2csv(rows, { emptyFieldValue: '', escapeHeaderNestedDots: false }));
show('csv42', csv42.json2csv(rows, { eol: '\n' }));
END
compare '== @json2csv/plainjs
"~id","tags:String[]","address.city:String","note:String","nick:String","age:Int"
"p1","a;b","Ulm","one, ""two""
three",,
== csv-writer
~id,tags:String[],address.city:String,note:String,nick:String,age:Int
p1,a;b,Ulm,"one, ""two""
three",,
== fast-csv
~id,tags:String[],address.city:String,note:String,nick:String,age:Int
p1,a;b,Ulm,"one, ""two""
three",,
== csvjson
~id,[].tags:String[],address.city:String,note:String,nick:String,age:Int
p1,a;b,Ulm,one	 "two"	three,null,
== json-2-csv
~id,tags:String[],address\.city:String,note:String,nick:String,age:Int
p1,a;b,Ulm,"one, ""two""
three",null,undefined
== json-2-csv, with both options
~id,tags:String[],address.city:String,note:String,nick:String,age:Int
p1,a;b,Ulm,"one, ""two""
three",,
== csv42
~id,"[""tags:String[]""]","[""address.city:String""]",note:String,nick:String,age:Int
p1,a;b,Ulm,"one, ""two""
three",,' "$(node write.mjs)"
