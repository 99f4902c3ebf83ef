#!/bin/sh
# Stands in for cargo in the tests of the program: Ctrl-C is pressed while it builds.
kill -INT "$PPID"
