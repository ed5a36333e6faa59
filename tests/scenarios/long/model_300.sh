#!/bin/sh
# Five minutes of the randomised run; the thirty of a release: tests/model/run 1800 SEED.
SECONDS_LONG=300 SEED=$(date +%s) exec sh "${0%/*}/../model.sh"
