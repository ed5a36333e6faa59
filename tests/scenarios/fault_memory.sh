#!/bin/sh
# No memory for one request of a size that its sender chose: that one fails for
# now, or its connection ends; the server does not. Each allocation of 8 KiB and
# more that a long message takes on its way in, through the store and out to
# others is refused in turn. What was acknowledged is there once.
. "${0%/*}/lib"
. tests/faults/lib
text=$(awk 'BEGIN { for (n = 0; n < 15000; n++) printf "x" }')
faulty_start --message-rate 1000 --message-burst 1000 --log room=error,handle=error
start tail tui bob tail lobby
wait_for 10 clients_are 1
says ann 1 6

acked=0 refused=0 hits=0
for skip in ${SKIPS:-0 1 2 3 4 5}; do
	tui alice send lobby "before $skip" # its connection, and its buffers, are gone again
	before=$(happened ooms)
	faults_now oom=1 oom_min=8192 oom_skip=$skip
	code=0
	tui alice --timeout 10 send lobby "$skip $text" 2>"$tmp/err" || code=$?
	printf '%s\n' 'hello version_min=1 version_max=1' "claim name=n$skip" 'history room=1 limit=200' |
	    timeout 20 build/tests/peer "$port" >"$tmp/history" 2>&1 || true
	faults_now
	! gone "$server" || fail "the server ended at the ${skip}th: $(tail -n 3 "$log")"
	[ "$(happened ooms)" = "$before" ] || hits=$((hits + 1))
	case $code in
	0) acked=$((acked + 1)); in_history 1 "> $skip xxx" ;;
	2 | 4) refused=$((refused + 1)) ;;
	*) fail "alice: status $code: $(cat "$tmp/err")" ;;
	esac
done
note "$hits allocations refused; $acked messages acknowledged, $refused not"
[ $hits -gt 3 ] || fail 'too few'
says ann 1 6
all_is_there
server_stop
