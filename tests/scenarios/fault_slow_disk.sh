#!/bin/sh
# A disk whose every sync takes a second: the chat goes on, acknowledgements come
# late, pings are as quick as ever, and nothing is lost. Then a disk that fails
# for a while: refused for now, and all is well again by itself.
. "${0%/*}/lib"
. tests/faults/lib
faulty_start
tui bob send lobby 'before'
bots --clients 40 --rate 1 --duration 1 >"$tmp/quick" || fail "without a fault: $(cat "$tmp/quick")"

note 'a sync takes 1 s'
faults_now sync_ms=1000
bots --clients 40 --rate 2 --duration 3 >"$tmp/slow" || fail "the bots ended with $?: $(cat "$tmp/slow")"
note "latency p50 $(figure "$tmp/slow" latency_ms p50) ms, ping p99 $(figure "$tmp/slow" ping_ms p99) ms; $(status rss_bytes) bytes"
[ "$(figure "$tmp/slow" latency_ms p50)" -gt 500 ] || fail 'nothing was slow'
[ "$(figure "$tmp/slow" ping_ms p99)" -lt 100 ] || fail 'pings waited for the disk'
[ "$(status rss_bytes)" -lt 67108864 ] || fail 'it takes too much memory'

for error in 5 28; do # EIO, ENOSPC
	for on in 1 2; do
		note "errno $error $([ $on = 1 ] && echo writing || echo syncing), for a while"
		faults_now
		says ann 1 3 || fail "$(cat "$tmp/witness.log")"
		faults_now error=$error on=$on count=100000
		says ann 1 9 &
		saying=$!
		wait_for 10 eval '[ "$(happened errors)" -gt 3 ]'
		tui bob --timeout 2 history lobby >/dev/null || fail "cannot read meanwhile: $?"
		faults_now
		wait $saying || fail "it did not go on: $(cat "$tmp/witness.log")"
		all_is_there
	done
done
server_kill
server_start
all_is_there
server_stop
