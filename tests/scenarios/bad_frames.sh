#!/bin/sh
# Frames that cannot be: each costs its sender an error or the connection, and
# disturbs nobody else.
# san: yes
. "${0%/*}/lib"
server_start
start tail tui bob tail lobby
wait_for 10 clients_are 1

hello='hello version_min=1 version_max=1'
answers() { # TEXT SCRIPT: what the server says to it
	printf '%s\n' "$2" | peer >"$tmp/answer" || [ $? = 3 ] || fail "$(cat "$tmp/answer")"
	has "$tmp/answer" "$1"
}
long() { awk -v n="$1" 'BEGIN { while (n--) printf "00" }'; }

note 'out of order, unknown, unauthorised'
answers 'error code=ERROR_STATE' 'claim name=eve'
answers 'error code=ERROR_VERSION' 'hello version_min=7 version_max=9'
answers 'error code=ERROR_NOT_SIGNED_IN' "$hello
ping
send room=1 client_msg_id=0190a1b2c3d47e5f8a9b0c1d2e3f4a5b text=x"
answers 'error code=ERROR_UNSUPPORTED' "$hello
frame 2 0809a23f00
wait error"
answers 'token_refused=1' "$hello token=$(long 32)"

note 'no frame at all, text, too large, unmasked'
answers 'error code=ERROR_MALFORMED\|closed 100[278]\|bye' "$hello
frame 2 ffffffffffffff
wait error"
answers 'closed' "frame 1 68656c6c6f
wait never"
answers 'closed 1009\|closed 1008\|closed 0' "frame 2 $(long 5000)
wait never"
answers 'closed' "bytes ff7f000000000000000000000000000000000000
wait never"

note 'names, ids and texts'
answers 'error code=ERROR_NAME_INVALID' "$hello
claim name="
answers 'error code=ERROR_NAME_TAKEN' "$hello
claim name=bob"
answers 'error code=ERROR_MALFORMED' "$hello
claim name=eve
send room=1 client_msg_id=00 text=x"
answers 'error code=ERROR_MALFORMED.*zero byte' "$hello
claim name=zed
frame 2 08097a19080112100190a1b2c3d47e5f8a9b0c1d2e3f4a5b1a03610062
wait error"

gone "$server" && fail "the server is gone"
tui alice send lobby 'all is well'
wait_for 5 grep -q 'all is well' "$tmp/tail.out"
