#!/usr/bin/env bash
# RDF::Trine 1.019 and Attean 0.033, Perl's RDF libraries in Debian 12, write Turtle that has other statements than were read, or is none.
#
# Guess: N-Triples that are read and written as Turtle give the same statements; a list that has a statement of its own besides first and
# rest is not written in parentheses, and texts are escaped, as in their N-Triples.
# Seen: RDF::Trine writes such a list as ("a" "b") and leaves its label out. It writes INF without quotes, which is no Turtle. Attean
# escapes quotes only: the path C:\new\table is read back with a line feed and a tab in it, and a text of two lines ends the statement.
# Nothing is raised. Both keep all statements in N-Triples, and RDF::Trine in RDF/XML.
# Valid: RDF 1.1 Turtle, section 2.8: parentheses stand for first and rest only; section 6.4: a backslash in a text is an escape, "..." has
# no line breaks; section 2.5.2: a double has an exponent.
# Date: 2026-11-30, librdf-trine-perl 1.019-3 and libattean-perl 0.033-1 of Debian 12.
# For bulk loads: a load completes with statements missing and texts changed, or stops at the text of two lines or the INF. Write N-Triples.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi pyoxigraph==0.5.13
modules=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
  librdf-trine-perl libattean-perl 2>/dev/null | grep -xE 'lib[a-z0-9-]+-perl' | sort -u) || cannot_install librdf-trine-perl libattean-perl
# shellcheck disable=SC2086 # a word each
from_debian $modules
export PERL5LIB="$FOLDER/debian/usr/share/perl5:$FOLDER/debian/usr/lib/x86_64-linux-gnu/perl5/5.36"

cat >path.nt <<'END'
<http://example.org/ann> <http://example.org/folder> "C:\\new\\table" .
END
cat >lines.nt <<'END'
<http://example.org/ann> <http://example.org/note> "one\ntwo" .
END
cat >double.nt <<'END'
<http://example.org/ann> <http://example.org/until> "INF"^^<http://www.w3.org/2001/XMLSchema#double> .
END
cat >list.nt <<'END'
<http://example.org/ann> <http://example.org/skills> _:list .
_:list <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> "a" .
_:list <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> .
_:list <http://example.org/label> "skills of Ann" .
END
cat >write.pl <<'END'
use strict;
use warnings;
use Attean;
use RDF::Trine;

sub save {
    my ($name, $text) = @_;
    open my $file, '>:raw', $name or die;
    print {$file} $text;
    close $file;
}
print "RDF::Trine $RDF::Trine::VERSION, Attean $Attean::VERSION\n";
for my $name (qw(path lines double list)) {
    my $model = RDF::Trine::Model->temporary_model;
    RDF::Trine::Parser->new('ntriples')->parse_file_into_model('http://example.org/', "$name.nt", $model);
    open my $input, '<:encoding(UTF-8)', "$name.nt" or die;
    my @triples = Attean->get_parser('NTriples')->new->parse_iter_from_io($input)->elements;
    for my $format ([qw(turtle Turtle ttl)], [qw(ntriples NTriples nt)]) {
        save("$name-RDF::Trine.$format->[2]", RDF::Trine::Serializer->new($format->[0])->serialize_model_to_string($model));
        save("$name-Attean.$format->[2]", Attean->get_serializer($format->[1])->new->serialize_list_to_bytes(@triples));
    }
}
END
cat >read.py <<'END'
import pyoxigraph


def read(path, media_type):
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.from_media_type(media_type)))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


for name in ["path", "lines", "double", "list"]:
    before = read(f"{name}.nt", "application/n-triples")
    for library in ["RDF::Trine", "Attean"]:
        assert read(f"{name}-{library}.nt", "application/n-triples") == before, "N-Triples differ"
        try:
            after = read(f"{name}-{library}.ttl", "text/turtle")
        except SyntaxError:
            print(f"{name}: {library}: no Turtle")
            continue
        if after == before:
            print(f"{name}: {library}: the same")
        elif len(after) < len(before):
            print(f"{name}: {library}: {len(after)} of {len(before)} statements")
        else:
            print(f"{name}: {library}:", *(statement.split(" ", 2)[2] for statement in after))
END
compare 'RDF::Trine 1.019, Attean 0.033
path: RDF::Trine: the same
path: Attean: "C:\new\table"
lines: RDF::Trine: the same
lines: Attean: no Turtle
double: RDF::Trine: no Turtle
double: Attean: the same
list: RDF::Trine: 3 of 4 statements
list: Attean: the same' "$(perl write.pl 2>/dev/null; env/bin/python read.py)"
