#!/bin/sh
# The operator's console: what it counts is so; kick, ban and announce do it.
# san: yes
. "${0%/*}/lib"
server_start
start alice tui alice --plain tail lobby
wait_for 10 clients_are 1
for key in clients rooms messages_per_second deliveries_per_second lagging cpu_percent rss_bytes uptime_seconds; do
	[ -n "$(status $key)" ] || fail "status has no $key"
done
ctl clients | grep -q alice || fail "alice is not listed"
ctl rooms | grep -q lobby || fail "the lobby is not listed"
ctl announce 'back in five minutes' || fail "announce: $?"

ctl ban name:Mallory || fail "ban: $?"
ctl bans >"$tmp/bans"
has "$tmp/bans" 'name:Mallory'
code=0
tui mallory send lobby 'hello' 2>"$tmp/err" || code=$?
[ $code = 3 ] || fail "mallory: status $code"
has "$tmp/err" ': The operator does not let you in\.$'
ctl ban mallory 1h 'come back kinder'
tui mallory tail lobby 2>"$tmp/err" || code=$?
has "$tmp/err" ': The operator does not let you in: come back kinder$'
if ctl ban name:127.0.0.1 2>"$tmp/err"; then fail "an address is taken for a name"; fi
has "$tmp/err" 'is a network address'
clients_are 1 || fail "alice was closed"
ctl unban name:mallory || fail "unban: $?"
tui mallory send lobby 'hello again' || fail "mallory is still out: $?"

start mallory tui mallory tail lobby
wait_for 10 clients_are 2
ctl kick mallory 'enough for today'
ends 5 "$last"
has "$tmp/mallory.log" ': The operator closed this connection: enough for today$'

ctl ban address:::ffff:127.0.0.1 1h 'not from here' || fail "ban of an address: $?"
ctl bans | grep -q 'address:127\.0\.0\.1' || fail "the address is not listed as those of clients are"
tui mallory tail lobby 2>"$tmp/err" || code=$?
has "$tmp/err" ': The operator does not let you in: not from here$'
ctl unban address:127.0.0.1 || fail "unban of an address: $?"
if ctl ban address:nowhere 2>"$tmp/err"; then fail "no address is taken for one"; fi
has "$tmp/err" 'that is no address'
if ctl announce "$(printf 'caf\351')" 2>"$tmp/err"; then fail "words that are no UTF-8 are told"; fi
has "$tmp/err" 'not UTF-8'

code=0
ctl nonsense 2>"$tmp/err" || code=$?
[ $code != 0 ] && [ -s "$tmp/err" ] || fail "an unknown command is taken"
ctl shutdown || fail "shutdown: $?"
ends 5 "$server"
[ "$code" = 0 ] || fail "the server ended with $code"
code=0
ctl status 2>"$tmp/err" || code=$?
[ $code != 0 ] && [ -s "$tmp/err" ] || fail "no message when there is no server"
