#!/bin/sh
# The wall clock is set a day ahead, an hour back and right again under bots:
# nobody is closed, nothing is lost or out of order, times fall only when the
# clock does, and everybody is who they were.
. "${0%/*}/lib"
. tests/faults/lib
faulty_start --ping-seconds 2 --hangup-seconds 4 --guest-hold 60
tui alice send lobby 'before'
says ann 2 6
start bots $BUILD/appchat-bots --json --clients 40 --rate 2 --duration 7 "$url"
load=$last
wait_for 10 clients_are 40
newest() { tui alice history --json --limit 1 lobby | json "$1"; }
off_by() { # SECONDS: so far is the newest message's time from the true clock
	said=$(newest time)
	off=$(($(date -d "$said" +%s) - $(date +%s) - $1))
	[ "$off" -gt -12 ] && [ "$off" -lt 12 ]
}
for ahead in 86400 -3600 0; do
	note "$ahead s ahead"
	faults_now clock_s=$ahead
	says ann 2 6
	tui alice send lobby "ahead by $ahead s" || fail "alice is not alice: $?"
	wait_for 5 off_by "$ahead"
	sleep 1.5 # for time-outs that must not strike
done
ends 60 "$load"
[ $code = 0 ] || fail "the bots ended with $code: $(cat "$tmp/bots.out")"
[ "$(json reconnects <"$tmp/bots.out")" = 0 ] || fail "bots were closed: $(cat "$tmp/bots.out")"
all_is_there
[ "$(verdict fell)" -le 6 ] || fail "times fell $(verdict fell) times, in 3 rooms, by 2 turns back"

note 'started with a clock that is a day behind, and of 1970'
for ahead in -86400 "-$(date +%s)"; do
	server_kill
	faults clock_s="$ahead"
	faulty_start
	tui alice send lobby "ahead by $ahead s" || fail "alice is not alice: $?"
	says ann 2 6
	all_is_there
done
