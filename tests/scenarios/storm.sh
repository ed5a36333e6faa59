#!/bin/sh
# Connections that are dropped at once and resume, that read a trickle or
# nothing, that lie: everybody who is honest gets everything, once.
# san: yes
. "${0%/*}/lib"
server_start --log error
for scenario in storm flappers slow liars; do
	note "$scenario"
	bots --scenario $scenario --clients 40 --rate 1 --duration 4 >"$tmp/report" || fail "$scenario: $? $(cat "$tmp/report")"
done
gone "$server" && fail "the server is gone"
server_stop
