#!/bin/sh
# kill -9 at random instants under load, five times; `tests/faults/kill_loop 200` is the long one.
cd "${0%/*}/../.." && BOTS=60 exec tests/faults/kill_loop 5
