#!/bin/sh
# A thousand rooms with somebody talking in each, over a kill: every room's log
# is whole, the start is quick, and memory grows by some kilobytes a room.
. "${0%/*}/lib"
: "${ROOMS:=1000}"
server_start --log error
before=$(status rss_bytes)
start bots $BUILD/appchat-bots --json --clients "$ROOMS" --rooms "$ROOMS" --rate 0.5 --duration 6 "$url"
load=$last
wait_for 30 clients_are "$ROOMS"
sleep 1.5 # of talk
server_kill
began=$(date +%s%N)
server_start --log error
took=$((($(date +%s%N) - began) / 1000000))
ends 90 "$load"
[ $code = 0 ] || fail "the bots ended with $code: $(cat "$tmp/bots.out")"
[ "$(status rooms)" -gt "$ROOMS" ] || fail "$(status rooms) rooms"
after=$(status rss_bytes)
note "$ROOMS rooms: started again in $took ms; $(((after - before) / ROOMS)) bytes a room and its client"
[ "$took" -lt 5000 ] || fail 'the start is slow'
[ "$after" -lt $((before + ROOMS * 65536)) ] || fail 'rooms take too much memory'
server_stop
