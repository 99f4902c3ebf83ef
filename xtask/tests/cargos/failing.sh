#!/bin/sh
# Stands in for cargo in the tests of the program: the build fails.
exit 101
