#!/bin/sh
# The log's level per module is changed while the server runs, and the log
# holds neither texts nor tokens.
. "${0%/*}/lib"
server_start --log error
tui alice send lobby 'a secret text'
[ "$(wc -l <"$log")" = 1 ] || fail "it logs at level error: $(cat "$log")"
ctl log debug || fail "ctl log: $?"
tui alice send lobby 'a secret text'
wait_for 5 grep -q ' debug ' "$log"
ctl log error,net=info
before=$(grep -c ' debug ' "$log")
tui alice send lobby 'a secret text'
[ "$(grep -c ' debug ' "$log")" = "$before" ] || fail "debug goes on"
! grep -q 'secret' "$log" || fail "a text is in the log"
