#!/bin/sh
# The server frozen for its full 60 s time-out under 200 bots.
cd "${0%/*}/../../.." && FROZEN=60 HANGUP=60 BOTS=200 exec tests/scenarios/freeze_server.sh
