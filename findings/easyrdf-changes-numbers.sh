#!/usr/bin/env bash
# EasyRdf 1.0.0, an RDF library for PHP, writes Turtle with other numbers than it read, and reads the escape of a backslash wrong.
#
# Guess: a writer of Turtle leaves a number as it is and puts the datatype behind it, or takes the short form where the digits fit it. The
# escapes of N-Triples and Turtle are read one after the other.
# Seen: doubles keep seven digits, INF and NaN become zero, an integer beyond 64 bits becomes 9223372036854775807, and the boolean "1" an
# integer. "C:\\new" is read as C:\, a line feed and ew, and "a \\ b" has two backslashes. Nothing is raised. Its N-Triples keep all
# numbers, not these texts.
# Valid: RDF 1.1 Turtle, section 2.5.2: the short forms are written by the same digits, and any literal can be written with its datatype;
# XML Schema 1.1, part 2, 3.4.13: an xsd:integer has any number of digits. RDF 1.1 N-Triples, section 7: ECHAR, "\\" is one backslash.
# Date: 2026-11-30, package 1.0.0-3 of Debian 12, with its PHP 8.2.
# For bulk loads: a load completes with places moved by meters, open ranges that end at zero, and all large ids alike. Write N-Triples, and
# compare texts with backslashes.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi pyoxigraph==0.5.13
from_debian php-easyrdf=1.0.0-3 php8.2-cli php8.2-common php8.2-mbstring php8.2-xml \
  libargon2-1 libicu72 libonig5 libpcre2-8-0 libsodium23 libssl3 libxml2
php() {
  debian/usr/bin/php8.2 -n -d extension_dir="$(dirname "$(find "$FOLDER/debian" -name mbstring.so)")" \
    -d extension=ctype -d extension=mbstring -d extension=dom -d extension=xml "$@"
}
php -r 'echo "runs";' >/dev/null 2>&1 || cannot_install php8.2-cli

cat >values.nt <<'END'
<http://example.org/ann> <http://example.org/amount> "1234.10"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<http://example.org/ann> <http://example.org/active> "1"^^<http://www.w3.org/2001/XMLSchema#boolean> .
<http://example.org/ann> <http://example.org/code> "12345678901234567890"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://example.org/ann> <http://example.org/folder> "C:\\new" .
<http://example.org/ann> <http://example.org/formula> "a \\ b" .
<http://example.org/ann> <http://example.org/latitude> "4.839841234567E1"^^<http://www.w3.org/2001/XMLSchema#double> .
<http://example.org/ann> <http://example.org/score> "NaN"^^<http://www.w3.org/2001/XMLSchema#double> .
<http://example.org/ann> <http://example.org/until> "INF"^^<http://www.w3.org/2001/XMLSchema#double> .
END
cat >convert.php <<'END'
<?php
error_reporting(E_ALL & ~E_DEPRECATED);
set_include_path(getcwd() . '/debian/usr/share/php');
require 'EasyRdf/autoload.php';
$graph = new \EasyRdf\Graph('http://example.org/');
$graph->parse(file_get_contents('values.nt'), 'ntriples');
foreach (['nt' => 'ntriples', 'ttl' => 'turtle'] as $ending => $format) {
    file_put_contents("written.$ending", $graph->serialise($format));
}
END
cat >show.py <<'END'
import pyoxigraph


def show(title, path, media_type):
    print(f"{title}:")
    for quad in sorted(pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.from_media_type(media_type)), key=str):
        datatype = quad.object.datatype.value.split("#")[1]
        print(f"  {quad.predicate.value[19:]} {quad.object.value!r} {datatype}")


show("read", "values.nt", "application/n-triples")
show("written as N-Triples", "written.nt", "application/n-triples")
show("written as Turtle", "written.ttl", "text/turtle")
END
compare "read:
  active '1' boolean
  amount '1234.10' decimal
  code '12345678901234567890' integer
  folder 'C:\\\\new' string
  formula 'a \\\\ b' string
  latitude '4.839841234567E1' double
  score 'NaN' double
  until 'INF' double
written as N-Triples:
  active '1' boolean
  amount '1234.10' decimal
  code '12345678901234567890' integer
  folder 'C:\\\\\\new' string
  formula 'a \\\\\\\\ b' string
  latitude '4.839841234567E1' double
  score 'NaN' double
  until 'INF' double
written as Turtle:
  active '1' integer
  amount '1234.1' decimal
  code '9223372036854775807' integer
  folder 'C:\\\\\\new' string
  formula 'a \\\\\\\\ b' string
  latitude '4.839841e+1' double
  score '0.000000e+0' double
  until '0.000000e+0' double" "$(php convert.php; env/bin/python show.py)"
