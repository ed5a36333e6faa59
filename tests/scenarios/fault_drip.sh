#!/bin/sh
# Handshakes that drip, a byte at a time, and connections that say nothing: each
# is ended at its time-out, not put off by its bytes, and others are served meanwhile.
# san: yes
. "${0%/*}/lib"
server_start --hello-seconds 2
pids=
for what in silent http tls hello body; do
	start "drip-$what" build/tests/drip "$port" 40 $what
	pids="$pids $last"
done
for i in 1 2 3; do
	tui alice send lobby "meanwhile $i" || fail "nobody is served meanwhile: $?"
done
bots --clients 30 --rate 2 --duration 2 >"$tmp/report" || fail "the bots ended with $?: $(cat "$tmp/report")"
for pid in $pids; do
	ends 20 "$pid"
	[ $code = 0 ] || fail "some were not closed: $(cat "$tmp"/drip-*.out)"
done
cat "$tmp"/drip-*.out
most=$(sed 's/.* to \([0-9]*\) ms/\1/' "$tmp"/drip-*.out | sort -n | tail -n 1)
[ "$most" -lt 12000 ] || fail "one lived for $most ms"
wait_for 5 clients_are 0
