#!/bin/sh
# A name is never stuck: its owner is that person again right after kill -9 of
# the client and after a crash of the server; somebody else is not.
# san: yes
. "${0%/*}/lib"
server_start
tui alice send lobby one
[ "$(cut -f 4 "$tmp/home/alice/.local/state/appchat/credentials")" -gt 0 ] || fail "kept as one who only asked to be alice"
start alice tui alice tail lobby
wait_for 10 clients_are 1
kill -KILL "$last"
tui alice send lobby two || fail "after kill -9 of the client: $?"

server_kill
server_start
tui alice send lobby three || fail "after a crash of the server: $?"

code=0
peer >"$tmp/other" <<-END || code=$?
	hello version_min=1 version_max=1
	claim name=ALICE
	claim name=al1ce
	claim name=mallory
END
has "$tmp/other" '^2 error code=ERROR_NAME_TAKEN'
has "$tmp/other" '^4 signed_in'
