#!/bin/sh
# The bad network with more bots, for longer, and with lines that die.
cd "${0%/*}/../../.." && LONG=1 BOTS=60 SECONDS_OF_LOAD=10 exec tests/scenarios/fault_network.sh
