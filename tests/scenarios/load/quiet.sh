#!/bin/sh
# One quiet sender, ten clients: no window is waited for. The median delivery,
# commit included, takes at most 2 ms more than this disk's fsync.
. "${0%/*}/../lib"
server_start
bots --scenario lurkers --clients 11 --rate 4 --duration 6 >"$tmp/report" || fail "the bots ended with $?"
p50=$(sed -n 's/.*"latency_ms":{[^}]*"p50":\([0-9.]*\).*/\1/p' "$tmp/report")
dd if=/dev/zero of="$data/fsync" bs=4k count=100 oflag=dsync 2>"$tmp/dd"
fsync=$(sed -n 's/.* \([0-9.e-]*\) s, .*/\1/p' "$tmp/dd")
note "median $p50 ms; 100 synced writes took $fsync s"
awk -v p="$p50" -v f="$fsync" 'BEGIN { exit !(p > 0 && p <= 2 + f * 10) }' || fail "median $p50 ms"
