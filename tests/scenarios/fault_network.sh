#!/bin/sh
# Bots over a bad network: resets in the middle of frames, directions that stand
# still, late pieces, single bytes, lines that die and stay open. All is delivered
# once and in order, and the server's view is right again afterwards.
. "${0%/*}/lib"
. tests/faults/lib
: "${BOTS:=40}" "${SECONDS_OF_LOAD:=2}" "${SEED:=$(date +%s)}"
server_start --log error --ping-seconds 1 --hangup-seconds 3
over() { # SCENARIO FAULTS...
	scenario=$1
	shift
	note "$scenario, $*, seed $SEED"
	network_start seed="$SEED" calm_ms=700 "$@"
	bots --scenario "$scenario" --clients "$BOTS" --rate 2 --duration "$SECONDS_OF_LOAD" >"$tmp/report" 2>"$tmp/bots.log" ||
	    fail "the bots ended with $?: $(cat "$tmp/report")"
	network_stop
	wait_for 6 clients_are 0
}
over chatter reset_ms=1500
over flappers reset_ms=2500 split=3 delay_ms=20
over chatter freeze_ms=2000 frozen_ms=400 delay_ms=20 trickle=7
over chatter split=1 reset_ms=4000
[ ! "${LONG:-}" ] || over chatter dead=5 freeze_ms=3000 frozen_ms=2000
all_is_there
