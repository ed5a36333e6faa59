#!/bin/sh
# kill -9 at the steps of a start that changes the database: of each older version
# of the schema (tests/faults/schema has one of each), and of a backup that is put
# in place, which gives every room a new epoch. STRIDE=1 tries every step.
. "${0%/*}/lib"
. tests/faults/lib
: "${STRIDE:=5}"
command -v sqlite3 >/dev/null || skip 'no sqlite3 here'
kills=0

# Starts on a copy of $tmp/old again and again, killed one step later each time, until it comes up.
each_step() { # WHAT [new-epochs]
	what=$1 n=1
	shift
	while :; do
		rm -rf "$data"
		cp -r "$tmp/old" "$data"
		cp "$tmp/old.ledger" "$tmp/ledger"
		faults kill=$n at=$((n / STRIDE % 3)) lose=$((n / STRIDE / 3 % 3)) seed=$n
		faulty_start
		gone "$server" || break
		kills=$((kills + 1))
		server_start
		all_is_there "$@"
		server_stop
		[ "$(sqlite3 "$data/appchat.db" 'PRAGMA integrity_check')" = ok ] || fail "$what, step $n: damaged"
		n=$((n + STRIDE))
	done
	server_kill
	note "$what: $((n - 1)) steps"
}

note 'a backup'
server_start
says ann 3 12
ctl backup "$tmp/copy.db"
says ann 3 4
server_stop
mkdir -m 700 "$tmp/old"
cp "$tmp/copy.db" "$tmp/old/appchat.db"
cp "$tmp/ledger" "$tmp/old.ledger"
each_step 'a backup' new-epochs

for schema in tests/faults/schema/*.sql; do
	rm -rf "$tmp/old"
	mkdir -m 700 "$tmp/old"
	{ cat "$schema"; echo "UPDATE session SET seen_ms = strftime('%s') * 1000;"; } | sqlite3 "$tmp/old/appchat.db" >"$tmp/made"
	cp "${schema%.sql}.ledger" "$tmp/old.ledger"
	each_step "$schema"
done
[ $kills -ge 5 ] || fail "only $kills kills"
