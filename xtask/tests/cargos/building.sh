#!/bin/sh
# Stands in for cargo in the tests of the program: it has built the harness and the program `live`, which are scripts.
artifact() {
    printf '{"package_id":"path+file:///w/tests/harness#neptune-harness@0.1.0","manifest_path":"%s/tests/harness/Cargo.toml",' "$PWD"
    printf '"target":{"kind":["%s"],"name":"%s"},"profile":{"test":%s},"executable":"%s"}\n' "$1" "$2" "$3" "$4"
}
artifact test scenarios true "$HARNESS"
artifact bin live false "$LIVE"
