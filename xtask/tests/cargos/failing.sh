#!/bin/sh
# Plays cargo in the tests of the program: the build fails.
exit 101
