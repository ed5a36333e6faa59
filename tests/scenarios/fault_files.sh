#!/bin/sh
# No file descriptors left: new connections wait or are refused, those that are
# there go on, and when there are some again new ones come in by themselves.
. "${0%/*}/lib"
. tests/faults/lib
under='prlimit --nofile=80'
faulty_start --hello-seconds 2
under=
tui alice send lobby 'there is room'
start bots $BUILD/appchat-bots --json --clients 20 --rate 4 --duration 4 "$url"
load=$last
wait_for 10 clients_are 20

note 'more sockets than it may open'
start drip build/tests/drip "$port" 80 http 1000
wait_for 5 grep -q accept-paused "$log"
ends 60 "$load"
[ $code = 0 ] || fail "the bots ended with $code: $(cat "$tmp/bots.out")"
wait_for 20 tui alice --timeout 2 send lobby 'there is room again'
wait_for 5 grep -q accept-resumed "$log"

for errno in 24 23 12; do # EMFILE, ENFILE, ENOMEM
	note "accepting fails with errno $errno for a while"
	faults_now accept=$errno
	tui alice --timeout 1 send lobby 'nobody hears' 2>/dev/null && fail 'it was let in'
	faults_now
	wait_for 10 tui alice --timeout 2 send lobby "heard again, $errno"
done
says ann 1 4
all_is_there
server_stop
