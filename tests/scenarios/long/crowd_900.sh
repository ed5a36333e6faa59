#!/bin/sh
# The crowd, larger and for longer.
cd "${0%/*}/../../.." && CLIENTS=900 SECONDS_OF_LOAD=20 exec tests/scenarios/load/crowd.sh
