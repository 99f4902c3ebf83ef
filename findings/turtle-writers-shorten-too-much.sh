#!/usr/bin/env bash
# @rdfjs/serializer-turtle 1.1.5 and @jeswr/pretty-turtle 1.8.2 shorten IRIs to prefixed names that are no Turtle, or other IRIs.
#
# Guess: a writer of Turtle uses a prefix only where the rest of the IRI is a local name, or escapes it (ex:a\,b); otherwise it writes <…>.
# Seen: the first shortens each IRI that begins like a prefix: ex:42#me is ex:42 and a comment, so the statement is about another resource,
# and ex:42/address is refused by readers. The second minds / and #, not ? ' or a comma. N3.js 2.13.12 writes all of them right, and reads
# the others' here.
# Date: 2026-11-28.
# For bulk loads: Turtle ends at its first fault, so one such IRI fails the file, late in a long one; the #me kind loads as something else.
# Give these writers no prefixes, or write N-Triples.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_npm @rdfjs/serializer-turtle@1.1.5 @jeswr/pretty-turtle@1.8.2 n3@2.13.12

cat >write.mjs <<'END'
import { write } from '@jeswr/pretty-turtle';
import Serializer from '@rdfjs/serializer-turtle';
import { DataFactory, Parser, Writer } from 'n3';
const base = 'http://example.org/people/';
const prefixes = { ex: base, ns: 'http://example.org/ns/' };
const nodes = new Map(Object.entries(prefixes).map(([prefix, iri]) => [prefix, DataFactory.namedNode(iri)]));
for (const local of ['42', '42#me', '42/address', '?id=42', "O'Hara", '42,43']) {
  const quads = [DataFactory.quad(DataFactory.namedNode(base + local), DataFactory.namedNode('http://example.org/ns/name'), DataFactory.literal('Ann'))];
  const n3 = new Writer({ prefixes });
  n3.addQuads(quads);
  const written = {
    '@rdfjs/serializer-turtle': new Serializer({ prefixes: nodes }).transform(quads),
    '@jeswr/pretty-turtle': await write(quads, { prefixes }),
    'N3.js': await new Promise((done) => n3.end((_, text) => done(text))),
  };
  for (const [name, text] of Object.entries(written)) {
    let read;
    try {
      read = new Parser().parse(text).map(({ subject }) => (subject.value === base + local ? 'the same' : subject.value)).join();
    } catch { read = 'no Turtle'; }
    console.log(`${local}: ${name}: ${read}`);
  }
}
END
compare "42: @rdfjs/serializer-turtle: the same
42: @jeswr/pretty-turtle: the same
42: N3.js: the same
42#me: @rdfjs/serializer-turtle: http://example.org/people/42
42#me: @jeswr/pretty-turtle: the same
42#me: N3.js: the same
42/address: @rdfjs/serializer-turtle: no Turtle
42/address: @jeswr/pretty-turtle: the same
42/address: N3.js: the same
?id=42: @rdfjs/serializer-turtle: no Turtle
?id=42: @jeswr/pretty-turtle: no Turtle
?id=42: N3.js: the same
O'Hara: @rdfjs/serializer-turtle: no Turtle
O'Hara: @jeswr/pretty-turtle: no Turtle
O'Hara: N3.js: the same
42,43: @rdfjs/serializer-turtle: no Turtle
42,43: @jeswr/pretty-turtle: no Turtle
42,43: N3.js: the same" "$(node write.mjs)"
