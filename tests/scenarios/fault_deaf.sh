#!/bin/sh
# Clients that never read, beside others that talk: they are ended after their
# grace, cost a bounded memory, and nobody else is late. Then they are heard again,
# and get all they missed.
. "${0%/*}/lib"
: "${DEAF:=100}"
server_start --log error --stalled-seconds 3 --ping-seconds 5 --hangup-seconds 20
bots --clients 60 --rate 4 --size 1000 --duration 3 >"$tmp/alone" || fail "alone: $?"
start deaf $BUILD/appchat-bots --json --clients "$DEAF" --rate 0 --duration 11 "$url"
deaf=$last
wait_for 10 clients_are "$DEAF"
before=$(status rss_bytes)
kill -STOP "$deaf"
start talk $BUILD/appchat-bots --json --clients 60 --rate 10 --size 1000 --duration 6 "$url"
talk=$last
: >"$tmp/most"
watching() {
	status rss_bytes >>"$tmp/most"
	clients_are 60
}
wait_for 20 watching
ends 60 "$talk"
[ $code = 0 ] || fail "the bots ended with $code: $(cat "$tmp/talk.out")"
most=$(sort -n "$tmp/most" | tail -n 1)
. tests/faults/lib
note "p99 alone $(figure "$tmp/alone" latency_ms p99) ms, beside $DEAF deaf ones $(figure "$tmp/talk.out" latency_ms p99) ms; memory $before, $most at most"
[ "$most" -lt $((before + 67108864)) ] || fail 'they cost too much memory'
[ "$(figure "$tmp/talk.out" latency_ms p99)" -lt $((5 * $(figure "$tmp/alone" latency_ms p99) + 200)) ] || fail 'others were late'
kill -CONT "$deaf"
ends 60 "$deaf"
[ $code = 0 ] || fail "those that were deaf ended with $code: $(cat "$tmp/deaf.out")"
