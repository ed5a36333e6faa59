#!/bin/sh
# The terminal client takes deflated batches: all that was said in a busy room,
# in order, in fewer bytes than what it prints of it.
# san: yes
. "${0%/*}/lib"
command -v ss >/dev/null || skip 'no ss here, which counts bytes'
server_start
start watcher tui watcher tail lobby
wait_for 10 clients_are 1
bots --clients 40 --room lobby --rate 20 --duration 3 >"$tmp/bots" 2>"$tmp/bots.err" || fail "the bots: $(cat "$tmp/bots" "$tmp/bots.err")"
sent=$(json acked <"$tmp/bots")
printed() { wc -l <"$tmp/watcher.out"; }
all_printed() { [ "$(printed)" = "$sent" ]; }
wait_for 10 all_printed
wait_for 10 clients_are 1
bytes=$(ss -tinH state established "dport = :$port" | grep -o 'bytes_received:[0-9]*')
[ "${bytes#*:}" -lt $(($(wc -c <"$tmp/watcher.out"))) ] || fail "$bytes for $(wc -c <"$tmp/watcher.out") bytes of lines"

tui reader history lobby --limit 200 | cut -d' ' -f3- >"$tmp/history"
tail -n 200 "$tmp/watcher.out" | cut -d' ' -f3- | cmp - "$tmp/history" || fail 'not as the history has it'
