#!/bin/sh
# The cable is cut: thousands of connections of which nothing is heard any more,
# and whose ends nobody tells the server. They are found dead within the time-out
# by one look a second at all of them, and cost next to nothing until then.
. "${0%/*}/lib"
. tests/faults/lib
: "${HALF_OPEN:=1500}"
[ "$(ulimit -Hn)" -gt $((HALF_OPEN * 2 + 300)) ] || skip 'too few open files are allowed here'
server_start --log error --ping-seconds 2 --hangup-seconds 5
start alive $BUILD/appchat-bots --json --room alive --clients 20 --rate 2 --duration $((10 + HALF_OPEN / 400)) "$url"
alive=$last
wait_for 10 clients_are 20
network_start seed=1
start cut $BUILD/appchat-bots --json --room cut --clients "$HALF_OPEN" --rate 0.01 --duration 60 "$url"
bots=$last
wait_for 60 clients_are $((HALF_OPEN + 20))

kill -USR1 "$network"
kill -KILL "$bots"
cut_at=$(date +%s)
cpu=$(status cpu_ms)
sleep 2
note "$(status clients) connections after 2 s; $(($(status cpu_ms) - cpu)) ms of CPU in them; $(status rss_bytes) bytes"
wait_for 10 clients_are 20
note "found dead after $(($(date +%s) - cut_at)) s"
ends 60 "$alive"
[ $code = 0 ] || fail "the others ended with $code: $(cat "$tmp/alive.out")"
[ "$(json reconnects <"$tmp/alive.out")" = 0 ] || fail 'others were closed'
network_stop
wait_for 5 clients_are 0
