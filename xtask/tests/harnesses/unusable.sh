#!/bin/sh
# Stands in for the harness in the tests of `cargo xtask it`: one scenario fails, and one file is no scenario.
case " $* " in *" --list "*) printf '%s: test\n' check_bulk_load_status::test_a check_bulk_load_status::test_b; exit 0 ;; esac
cat >> "$NEPTUNE_IT_RESULTS" <<'END'
{"name":"check_bulk_load_status::test_a","outcome":"failed","millis":1.5,"failure":"status: PENDING\nexpected FAILED\n"}
{"name":"check_bulk_load_status::test_b","outcome":"unusable","millis":0,"file":"scenarios/check_bulk_load_status/02_b.yaml","line":7,"message":"scenarios/check_bulk_load_status/02_b.yaml:7:3: unknown key `load`","failure":"error: unknown key `load`\n --> scenarios/check_bulk_load_status/02_b.yaml:7:3"}
END
exit 101
