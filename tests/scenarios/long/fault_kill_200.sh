#!/bin/sh
# kill -9 at random instants under load, two hundred times.
cd "${0%/*}/../../.." && exec tests/faults/kill_loop 200
