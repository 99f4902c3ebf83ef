#!/bin/sh
# Stands in for cargo in the tests of the program: a signal ends the program while it builds. Not SIGINT, which whatever a shell has
# started in the background ignores, tests included.
kill -TERM "$PPID"
