#!/bin/sh
# A backup under load is a consistent copy; served, it has a new epoch, so that
# no client takes the old log's tail for the new one's.
. "${0%/*}/lib"
epoch() { printf 'hello version_min=1 version_max=1\nclaim name=%s\n' "$1" | peer | sed -n 's/.* epoch=\([0-9]*\).*/\1/p'; }
server_start
old=$(epoch first)
tui alice send lobby 'in the backup'
start bots $BUILD/appchat-bots --json --clients 20 --rate 5 --duration 4 "$url"
load=$last
wait_for 10 clients_are 20
ctl backup "$tmp/copy.db" || fail "backup: $?"
ends 30 "$load"
[ $code = 0 ] || fail "the bots ended with $code: $(cat "$tmp/bots.out")"
tui alice send lobby 'after the backup'
server_stop

name=$(ls "$data"/*.db | head -n 1)
mkdir -m 700 "$tmp/restored"
cp "$tmp/copy.db" "$tmp/restored/${name##*/}"
data=$tmp/restored
server_start
new=$(epoch second)
[ -n "$old" ] && [ -n "$new" ] && [ "$old" != "$new" ] || fail "the epoch was '$old' and is '$new'"
in_history 0 'after the backup'
tui alice send lobby 'goes on' || fail "alice is not alice in the copy: $?"
