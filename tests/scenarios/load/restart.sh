#!/bin/sh
# Five thousand clients come back after a restart.
cd "${0%/*}/../../.." && CLIENTS=5000 RATE=0.02 RAMP=2000 SECONDS_OF_LOAD=15 exec tests/scenarios/restart.sh
