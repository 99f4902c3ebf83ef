#!/bin/sh
# Plays the program `live` in the tests of the program: it ends with the code that it is told.
exit "$LIVE_CODE"
