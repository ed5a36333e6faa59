#!/bin/sh
# Clients that ask for long pages of history and take nothing: some are closed when
# too much waits for all, the memory stays bounded, and others are served meanwhile.
. "${0%/*}/lib"
server_start --log warn
text=$(head -c 16000 /dev/zero | tr '\0' x)
for i in $(seq 20); do echo "$text"; done | tui alice --plain >/dev/null
start alice tui alice tail lobby
wait_for 10 clients_are 1
before=$(status rss_bytes)
build/tests/hoard "$port" 1800 >"$tmp/open" || fail "none was closed: status $?"
open=$(cut -d' ' -f1 "$tmp/open")
after=$(status rss_bytes)
note "$open of 1800 are open; memory $before, then $after"
[ "$open" -gt 800 ] || fail 'more were closed than need be'
[ "$after" -lt $((before + 800000000)) ] || fail 'they cost too much memory'
has "$log" event=dropped_slow
tui ben send lobby 'still here'
wait_for 5 grep -q 'ben> still here' "$tmp/alice.out"
