#!/usr/bin/env bash
# pyoxigraph 0.5.13, lightrdf 0.4.0 and rdfxml-streaming-parser 3.3.0 read entities that an RDF/XML file declares otherwise than XML does.
#
# Guess: entities of the internal subset are expanded as XML says, or the file is refused.
# Seen: all three take the last of two declarations of one name, where XML takes the first: a file has other IRIs, and nothing is raised.
# rdfxml-streaming-parser leaves an entity in the text of an entity, and a character reference there, as they are written: an IRI has
# &host; in it. pyoxigraph and lightrdf refuse a text in apostrophes, a ">" in a text, and an entity that is declared behind the one that
# uses it. rdflib 7.6.0, which reads with Expat, expands each of them.
# Valid: XML 1.0, section 4.2: if the same entity is declared more than once, the first declaration encountered is binding. Section 2.3,
# EntityValue: quotation marks or apostrophes. Sections 4.4.5 and 4.4.7: character references in an entity's text are included, references
# to entities are bypassed and expanded where the entity is used.
# Date: 2026-11-30.
# For bulk loads: a converted ontology has IRIs under another address, or with an entity in them; a load completes, and no edge fits other data.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi pyoxigraph==0.5.13 lightrdf==0.4.0 rdflib==7.6.0
from_npm rdfxml-streaming-parser@3.3.0

cat >write.py <<'END'
import pathlib

SUBSETS = {
    "one": '<!ENTITY ex "http://example.org/">',
    "twice": '<!ENTITY ex "http://example.org/"><!ENTITY ex "http://example.com/">',
    "inner": '<!ENTITY host "http://example.org"><!ENTITY ex "&host;/">',
    "inner-behind": '<!ENTITY ex "&host;/"><!ENTITY host "http://example.org">',
    "character": '<!ENTITY ex "http://example.org&#x2F;">',
    "apostrophes": "<!ENTITY ex 'http://example.org/'>",
    "greater": '<!ENTITY arrow "a > b"><!ENTITY ex "http://example.org/">',
}
for name, subset in SUBSETS.items():
    pathlib.Path(f"{name}.rdf").write_text(f"""<!DOCTYPE rdf:RDF [{subset}]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/">
  <rdf:Description rdf:about="&ex;ann"><ex:name>Ann</ex:name></rdf:Description>
</rdf:RDF>
""")
END
cat >read.py <<'END'
import sys

import lightrdf
import pyoxigraph
import rdflib

READERS = {
    "rdflib": lambda path: next(iter(rdflib.Graph().parse(path, format="xml")))[0],
    "pyoxigraph": lambda path: next(iter(pyoxigraph.parse(path=path))).subject.value,
    "lightrdf": lambda path: next(iter(lightrdf.Parser().parse(path, format="xml")))[0].strip("<>"),
}
for reader, first_subject in READERS.items():
    for name in sys.argv[1:]:
        try:
            print(f"{reader}, {name}:", first_subject(f"{name}.rdf"))
        except Exception:
            print(f"{reader}, {name}: refused")
END
cat >read.mjs <<'END'
import { readFileSync } from 'node:fs';
import { RdfXmlParser } from 'rdfxml-streaming-parser';
for (const name of process.argv.slice(2)) {
  const parser = new RdfXmlParser({ baseIRI: 'http://example.org/people' });
  parser.end(readFileSync(`${name}.rdf`));
  try {
    for (const quad of await parser.toArray()) console.log(`rdfxml-streaming-parser, ${name}:`, quad.subject.value);
  } catch {
    console.log(`rdfxml-streaming-parser, ${name}: refused`);
  }
}
END
python3 write.py
names=(one twice inner inner-behind character apostrophes greater)
compare 'rdflib, one: http://example.org/ann
rdflib, twice: http://example.org/ann
rdflib, inner: http://example.org/ann
rdflib, inner-behind: http://example.org/ann
rdflib, character: http://example.org/ann
rdflib, apostrophes: http://example.org/ann
rdflib, greater: http://example.org/ann
pyoxigraph, one: http://example.org/ann
pyoxigraph, twice: http://example.com/ann
pyoxigraph, inner: http://example.org/ann
pyoxigraph, inner-behind: refused
pyoxigraph, character: http://example.org/ann
pyoxigraph, apostrophes: refused
pyoxigraph, greater: refused
lightrdf, one: http://example.org/ann
lightrdf, twice: http://example.com/ann
lightrdf, inner: http://example.org/ann
lightrdf, inner-behind: refused
lightrdf, character: http://example.org/ann
lightrdf, apostrophes: refused
lightrdf, greater: refused
rdfxml-streaming-parser, one: http://example.org/ann
rdfxml-streaming-parser, twice: http://example.com/ann
rdfxml-streaming-parser, inner: http://example.org/&host;/ann
rdfxml-streaming-parser, inner-behind: http://example.org/&host;/ann
rdfxml-streaming-parser, character: http://example.org&#x2F;ann
rdfxml-streaming-parser, apostrophes: http://example.org/ann
rdfxml-streaming-parser, greater: http://example.org/ann' "$(env/bin/python read.py "${names[@]}"; node read.mjs "${names[@]}")"
