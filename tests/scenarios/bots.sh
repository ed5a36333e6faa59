#!/bin/sh
# The bots' report has what scripts look for; Ctrl-C leaves no bot behind;
# where there is no server they say so.
# san: yes
. "${0%/*}/lib"
server_start
bots --clients 5 --rate 2 --duration 2 >"$tmp/report" || fail "the bots ended with $?"
for key in clients connected sent acked expected delivered lost duplicated reordered seconds latency_ms ping_ms server \
    p50 p99 max cpu_percent rss_bytes; do
	has "$tmp/report" "\"$key\":"
done
[ "$(wc -l <"$tmp/report")" = 1 ] || fail "more than one line of JSON"
[ "$(json expected <"$tmp/report")" = "$(json delivered <"$tmp/report")" ] || fail "$(cat "$tmp/report")"

bots --scenario idle --clients 20 --duration 1 >"$tmp/report" || fail "idle: $? $(cat "$tmp/report")"
[ "$(json sent <"$tmp/report")" = 0 ] || fail "idle bots talk: $(cat "$tmp/report")"
$BUILD/appchat-bots --json --clients 2 --duration 0 "http://${url#ws://}/" >"$tmp/report" 2>&1 || fail "the page's address: $(cat "$tmp/report")"
for bad in "https://${url#ws://}" "ftp://${url#ws://}"; do
	code=0
	$BUILD/appchat-bots "$bad" 2>"$tmp/err" || code=$?
	[ $code = 2 ] && has "$tmp/err" 'ws://' || fail "$bad: status $code"
done

start interrupted $BUILD/appchat-bots --json --clients 30 --rate 1 --duration 600 "$url"
load=$last
wait_for 10 eval '[ "$(status messages)" -gt 60 ]' # all are in, and talk
kill -INT "$load"
ends 15 "$load"
[ "$code" = 0 ] || fail "Ctrl-C: status $code"
has "$tmp/interrupted.out" '"lost":0'
wait_for 2 clients_are 0

code=0
$BUILD/appchat-bots --clients 1 ws://127.0.0.1:1 2>"$tmp/err" || code=$?
[ $code = 3 ] && [ -s "$tmp/err" ] || fail "no server: status $code"
