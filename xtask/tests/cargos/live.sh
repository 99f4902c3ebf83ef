#!/bin/sh
# Stands in for the program `live` in the tests of the program: it ends with the given code.
exit "$LIVE_CODE"
