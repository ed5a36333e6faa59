#!/bin/sh
# kill -9 at every single step, of a server's life and of a start that changes the database.
cd "${0%/*}/../../.." && STRIDE=1 tests/scenarios/fault_kill_migration.sh && STRIDE=1 FROM=1 exec tests/scenarios/fault_kill_steps.sh
