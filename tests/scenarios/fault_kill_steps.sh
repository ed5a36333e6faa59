#!/bin/sh
# kill -9 at a write, sync, truncation or removal of the server's files, from the
# making of the database over commits and checkpoints to its orderly end: before
# the call, after it, and in the middle of it. What was acknowledged is there
# once, and what was not is said again. Every second and third time the power is
# cut: all, or some, of what was written and not synced is gone. STRIDE=1 tries every step.
. "${0%/*}/lib"
. tests/faults/lib
: "${STRIDE:=29}" "${FROM:=$((1 + $(date +%s) % STRIDE))}"

# From a new directory to an end in order; it may break off anywhere.
life() { # N AT
	rm -rf "$data" "$tmp/ledger"
	faults kill=$1 at=$2 lose=$((($1 / STRIDE + $2) % 3)) seed=$1
	faulty_start
	if ! gone "$server"; then
		says ann 2 9 3 || [ $? = 2 ] || fail "$(cat "$tmp/witness.log")"
		kill -TERM "$server" 2>/dev/null || true
	fi
	ends 10 "$server" # 137: killed
}
# A server without faults finds all, takes the rest, and ends in order.
aftermath() {
	server_start
	[ ! -f "$tmp/ledger" ] || all_is_there
	says ann 2 3 || fail "$(cat "$tmp/witness.log")"
	all_is_there
	server_kill
}

life 0 0
steps=$(happened steps)
note "$steps steps, every ${STRIDE}th from the ${FROM}th"
[ "$steps" -gt 60 ] || fail "that is not all"
kills=0
for at in 0 1 2; do
	n=$FROM
	while [ "$n" -le "$steps" ]; do
		life "$n" $at
		[ $code = 137 ] && kills=$((kills + 1)) || [ $n -gt $((steps - 30)) ] || fail "step $n ($at): status $code"
		aftermath
		n=$((n + STRIDE))
	done
done
note "$kills kills"
