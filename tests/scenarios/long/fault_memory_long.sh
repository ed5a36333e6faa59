#!/bin/sh
# The first forty allocations that a long message takes, one after the other without memory.
cd "${0%/*}/../../.." && SKIPS=$(seq 0 39) exec tests/scenarios/fault_memory.sh
