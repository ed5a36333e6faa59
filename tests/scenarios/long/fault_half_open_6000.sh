#!/bin/sh
# Six thousand half-open connections.
cd "${0%/*}/../../.." && HALF_OPEN=6000 exec tests/scenarios/fault_half_open.sh
