#!/bin/sh
# A short randomised run with kills, stops, freezes and failing disks, compared
# with a model of the server (tests/model): no difference. The long one: long/.
# san: yes
. "${0%/*}/lib"
: "${SECONDS_LONG:=14}" "${SEED:=157}"
faults=
# The preloaded faults and the sanitizers' runtime do not go together.
[ "$BUILD" != build ] || [ ! -f build/tests/faults.so ] || faults="--faults $PWD/build/tests/faults.so"
build/tests/model --server "$BUILD/appchat-server" --dir "$tmp/model" --seed "$SEED" --seconds "$SECONDS_LONG" \
    --fault-every 2 $faults || fail "$(cat "$tmp"/model/*.log | tail -n 30)"
