#!/bin/sh
# A full disk: sends are refused for now, what was said can be read, and it
# recovers by itself. (A small file system of its own: needs root.)
. "${0%/*}/lib"
mkdir "$tmp/small"
mount -t tmpfs -o size=6m appchat-test "$tmp/small" 2>/dev/null || skip "cannot mount a small file system here"
mounted=$tmp/small
data=$tmp/small/data
server_start
tui alice send lobby 'before it was full'

note 'fill it'
dd if=/dev/zero of="$tmp/small/ballast" bs=4096 2>/dev/null || true
text=$(awk 'BEGIN { for (n = 0; n < 15000; n++) printf "x" }')
refused() {
	code=0
	tui alice --timeout 3 send lobby "$text" 2>"$tmp/err" || code=$?
	[ $code = 4 ]
}
wait_for 40 refused
tui alice history lobby | grep -q 'before it was full' || fail "cannot read while the disk is full"
gone "$server" && fail "the server is gone"

note 'room again'
rm "$tmp/small/ballast"
wait_for 10 tui alice --timeout 3 send lobby 'after it was full'
in_history 1 'after it was full'
server_stop
server_start
in_history 1 'before it was full'
server_stop
