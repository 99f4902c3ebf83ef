#!/usr/bin/env bash
# prov 3.2.3, the library of the W3C provenance model, writes no direct statement of a relation that has a time, a plan or an activity.
#
# Guess: used(a, e) is the statement prov:used, and a time adds the qualified form beside it, as in the examples of PROV-O. At worst all
# relations with such details are written in one way.
# Seen: a use, a generation, an invalidation and a start with a time, a derivation with an activity, and an association with a plan are
# written in the qualified form only: there is no prov:used between the two. A delegation with an activity has both. Nothing is raised, and
# prov itself reads all of it back.
# Valid: PROV-DM, sections 5.1.3 to 5.3.3: time, plan and activity of a relation are optional. PROV-O, section 3.3: a qualified form
# elaborates a direct relation; its ontology derives the direct one by property chains, which takes a reasoner.
# Date: 2026-11-30.
# For bulk loads: Neptune derives nothing, so prov:wasDerivedFrom+ and the like end at each relation that has a detail: a lineage that was
# whole in a test without times is in pieces. Add the direct statements to the graph before it is written.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi prov==3.2.3 rdflib==7.6.0

cat >write.py <<'END'
import rdflib
from prov.model import ProvDocument

AT = "2026-01-02T03:04:05"
RELATIONS = {
    "used": (lambda d, more: d.used("ex:run", "ex:file", *more), [AT]),
    "wasGeneratedBy": (lambda d, more: d.wasGeneratedBy("ex:file", "ex:run", *more), [AT]),
    "wasInvalidatedBy": (lambda d, more: d.wasInvalidatedBy("ex:file", "ex:run", *more), [AT]),
    "wasStartedBy": (lambda d, more: d.wasStartedBy("ex:run", "ex:file", None, *more), [AT]),
    "wasDerivedFrom": (lambda d, more: d.wasDerivedFrom("ex:file", "ex:source", *more), ["ex:run"]),
    "wasAssociatedWith": (lambda d, more: d.wasAssociatedWith("ex:run", "ex:ann", *more), ["ex:plan"]),
    "actedOnBehalfOf": (lambda d, more: d.actedOnBehalfOf("ex:ann", "ex:bob", *more), ["ex:run"]),
}


def written(relate, more):
    """Which properties of PROV-O a document with one relation has, and whether prov reads it back."""
    document = ProvDocument()
    document.add_namespace("ex", "http://example.org/")
    relate(document, more)
    text = document.serialize(format="rdf", rdf_format="trig")
    whole = ProvDocument.deserialize(content=text, format="rdf", rdf_format="trig") == document
    properties = {predicate for _, predicate, _, _ in rdflib.Dataset().parse(data=text, format="trig").quads()}
    names = sorted(name for name in (str(p).split("#")[1] for p in properties) if name.startswith(("was", "used", "acted", "qualified")))
    return " ".join(names) + ("" if whole else ", and prov reads another document")


for name, (relate, detail) in RELATIONS.items():
    print(f"{name}: {written(relate, [])} | with {detail[0]}: {written(relate, detail)}")
END
compare 'used: used | with 2026-01-02T03:04:05: qualifiedUsage
wasGeneratedBy: wasGeneratedBy | with 2026-01-02T03:04:05: qualifiedGeneration
wasInvalidatedBy: wasInvalidatedBy | with 2026-01-02T03:04:05: qualifiedInvalidation
wasStartedBy: wasStartedBy | with 2026-01-02T03:04:05: qualifiedStart
wasDerivedFrom: wasDerivedFrom | with ex:run: qualifiedDerivation
wasAssociatedWith: wasAssociatedWith | with ex:plan: qualifiedAssociation
actedOnBehalfOf: actedOnBehalfOf | with ex:run: actedOnBehalfOf qualifiedDelegation' "$(env/bin/python write.py)"
