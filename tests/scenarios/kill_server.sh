#!/bin/sh
# kill -9 of the server under load: every acknowledged message is there once.
. "${0%/*}/lib"
server_start
start bots $BUILD/appchat-bots --json --clients 50 --room load --rate 4 --duration 8 "$url"
load=$last
wait_for 10 clients_are 50
for round in 1 2 3; do
	for i in 1 2 3 4 5; do
		! tui sender send lobby "round $round, message $i" || echo "round $round, message $i" >>"$tmp/acked"
	done
	tui sender send lobby "torn $round" >/dev/null 2>&1 &
	server_kill
	server_start
	wait_for 20 clients_are 50
done
ends 60 "$load"
[ $code = 0 ] || fail "the bots ended with $code: $(cat "$tmp/bots.out")"
[ "$(wc -l <"$tmp/acked")" = 15 ] || fail "not all was acknowledged"
while read -r text; do
	in_history 1 "$text"
done <"$tmp/acked"
