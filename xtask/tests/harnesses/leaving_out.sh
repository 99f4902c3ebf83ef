#!/bin/sh
# Stands in for the harness in the tests of `cargo xtask it`: one planned scenario is not run.
case " $* " in *" --list "*) printf '%s: test\n' check_bulk_load_status::test_a check_bulk_load_status::test_b; exit 0 ;; esac
cat >> "$NEPTUNE_IT_RESULTS" <<'END'
{"name":"check_bulk_load_status::test_a","outcome":"passed","millis":1.5}
{"name":"check_bulk_load_status::test_b","outcome":"not_run","millis":0,"reason":"needs faults"}
END
