#!/bin/sh
# Who answers pings is not silent, though nothing else comes from there; who does not is gone.
# san: yes
. "${0%/*}/lib"
server_start --ping-seconds 1 --hangup-seconds 3
code=0
printf 'hello version_min=1 version_max=1\nwait nothing\n' | timeout 7 build/tests/peer "$port" >"$tmp/out" || code=$?
[ $code = 124 ] || fail "status $code: $(cat "$tmp/out")"
{ printf 'hello version_min=1 version_max=1\n'; sleep 5; printf 'ping\n'; } | peer >"$tmp/out" || true
has "$tmp/out" CLOSE_SILENT
server_stop
