#!/bin/sh
# The server is killed under a chatting crowd and started again: all come back,
# resume and catch up within 5 s of its listening, nothing lost or doubled.
# san: yes
. "${0%/*}/lib"
: "${CLIENTS:=300}" "${RATE:=0.2}" "${SECONDS_OF_LOAD:=12}" "${RAMP:=500}"
ulimit -n "$(ulimit -Hn)"
server_start --log error
start load $BUILD/appchat-bots --json --clients "$CLIENTS" --rate "$RATE" --ramp "$RAMP" --duration "$SECONDS_OF_LOAD" "$url"
load=$last
wait_for 60 clients_are "$CLIENTS"
wait_for 30 eval '[ "$(status messages)" -gt $((CLIENTS / 10)) ]'
server_kill
sleep 1 # time for back-off to grow, as in any real restart
server_start --log error
from=$(date +%s%N)
wait_for 30 clients_are "$CLIENTS"
note "$CLIENTS clients signed in again $((($(date +%s%N) - from) / 1000000)) ms after 'listening'"
ends 60 "$load"
report=$tmp/load.out
[ "$code" = 0 ] || fail "the bots ended with $code: $(cat "$report")"
[ "$(json reconnects <"$report")" = "$CLIENTS" ] || fail "not each bot came back once: $(cat "$report")"
seconds=$(json reconnect_seconds <"$report")
note "resumed and caught up $seconds s after the first got through"
awk -v s="$seconds" 'BEGIN { exit !(s > 0 && s < 5) }' || fail "it took $seconds s"
