#!/bin/sh
# Stands in for the harness in the tests of `cargo xtask it`: everything that is asked for passes.
names="check_bulk_load_status::test_b check_bulk_load_status::test_a beyond::c $more"
case " $* " in *" --list "*) printf '%s: test\n' $names; exit 0 ;; esac
[ "$NEPTUNE_IT_TARGET" = sim ] || exit 71

skipped= filter=
while [ $# -gt 0 ]; do
    case "$1" in
        --skip) skipped="$skipped $2"; shift ;;
        --) filter=$2; shift ;;
    esac
    shift
done
for name in $names; do
    for skip in $skipped; do
        case "$name" in *"$skip"*) continue 2 ;; esac
    done
    case "$name" in *"$filter"*) ;; *) continue ;; esac
    echo "test $name ... ok"
    echo "{\"name\":\"$name\",\"outcome\":\"passed\",\"millis\":1.5}" >> "$NEPTUNE_IT_RESULTS"
done
