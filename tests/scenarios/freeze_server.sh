#!/bin/sh
# SIGSTOP of the server for longer than its time-outs, under bots: within 5 s
# of SIGCONT all is right again, nobody was thrown out, nothing is lost.
. "${0%/*}/lib"
: "${FROZEN:=12}" "${HANGUP:=8}" "${BOTS:=60}"
server_start --ping-seconds 2 --hangup-seconds "$HANGUP"
start bots $BUILD/appchat-bots --json --clients "$BOTS" --rate 1 --duration $((FROZEN + 8)) "$url"
load=$last
wait_for 10 clients_are "$BOTS"
kill -STOP "$server"
sleep "$FROZEN" # the fault itself, not a wait
kill -CONT "$server"
wait_for 5 clients_are "$BOTS"
wait_for 5 eval '[ "$(status lagging)" = 0 ]'
ends 60 "$load"
[ $code = 0 ] || fail "the bots ended with $code: $(cat "$tmp/bots.out")"
