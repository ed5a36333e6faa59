#!/bin/sh
# Another name is the same person: what was typed offline after it was given, by
# a client that is killed then, is sent by the next start under that name.
# san: yes
. "${0%/*}/lib"
server_start
tui alice send lobby first
state=$tmp/home/alice/.local/state/appchat
token() { awk -F '\t' -v who="$1" '$2 == who { print $3 }' "$state/credentials"; }

mkfifo "$tmp/in"
exec 3<>"$tmp/in"
HOME=$tmp/home/alice XDG_STATE_HOME= $BUILD/appchat-tui --server "$url" --guest alice --plain \
	<"$tmp/in" >"$tmp/alice.out" 2>&1 3>&- &
client=$!
started="$started $client"
wait_for 10 grep -q 'in #lobby' "$tmp/alice.out"
printf 'hello version_min=1 version_max=1 token=%s\nclaim name=bob\n' "$(token alice)" | peer >"$tmp/renamed"
has "$tmp/renamed" '^2 signed_in.*bob'
server_kill
server_start
wait_for 20 grep -q 'as bob' "$tmp/alice.out" # heard of it when it came back
[ -n "$(token bob)" ] || fail "the new name is not kept: $(cut -f 2 "$state/credentials")"
server_kill
wait_for 20 grep -q 'not connected' "$tmp/alice.out"
echo 'typed as bob' >&3
taken() { grep -q '^+' "$state"/outbox-*; }
wait_for 10 taken
kill -KILL "$client"
exec 3>&-

server_start
mv "$tmp/home/alice" "$tmp/home/bob"
echo 'after that' | tui bob --plain >"$tmp/second.out" || fail "the second start ended with $?"
in_history 1 '<bob> typed as bob'
in_history 1 '<bob> after that'
