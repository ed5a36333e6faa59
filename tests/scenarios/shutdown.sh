#!/bin/sh
# SIGTERM and SIGINT under load: an end within 5 s, status 0, nothing lost.
. "${0%/*}/lib"
server_start
for signal in TERM INT; do
	start "bots$signal" $BUILD/appchat-bots --json --clients 50 --rate 2 --duration 4 "$url"
	load=$last
	wait_for 10 clients_are 50
	server_stop $signal
	server_start
	ends 60 "$load"
	[ $code = 0 ] || fail "the bots ended with $code: $(cat "$tmp/bots$signal.out")"
done
