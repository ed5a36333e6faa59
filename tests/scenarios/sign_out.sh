#!/bin/sh
# Who signs out and is somebody else at once is that person, and nobody else: the
# other name is not asked for in the session that ends.
# san: yes
. "${0%/*}/lib"
server_start
printf 'said as alice\n/signout\n/nick bob\nsaid as bob\n' | tui alice --plain >"$tmp/out" || fail "status $?: $(cat "$tmp/out")"
in_history 1 '<alice> said as alice'
in_history 1 '<bob> said as bob'
has "$tmp/out" 'connected to .* as bob$'

note 'bob is kept, alice is free'
mv "$tmp/home/alice" "$tmp/home/bob"
tui bob send lobby 'bob again' || fail "bob is not bob any more: status $?"
in_history 1 '<bob> bob again'
printf 'hello version_min=1 version_max=1\nclaim name=bob\nclaim name=alice\n' | peer >"$tmp/other"
has "$tmp/other" '^2 error code=ERROR_NAME_TAKEN'
has "$tmp/other" '^3 signed_in'

note 'signing out is the last thing'
echo /signout | tui cyd --plain >"$tmp/out" || fail "status $?: $(cat "$tmp/out")"
[ ! -s "$tmp/home/cyd/.local/state/appchat/credentials" ] || fail 'a token is still kept'
printf 'hello version_min=1 version_max=1\nclaim name=cyd\n' | peer >"$tmp/other"
has "$tmp/other" '^2 signed_in'

note 'the server dies before it has heard of that'
mkfifo "$tmp/in"
exec 3<>"$tmp/in"
HOME=$tmp/home/dan XDG_STATE_HOME= $BUILD/appchat-tui --server "$url" --guest dan --plain <"$tmp/in" >"$tmp/dan.out" 2>&1 3>&- &
client=$!
started="$started $client"
wait_for 10 grep -q 'in #lobby' "$tmp/dan.out"
kill -STOP "$server"
printf '/signout\n/nick eve\nsaid as eve\n/quit\n' >&3
signed_out() { [ ! -s "$tmp/home/dan/.local/state/appchat/credentials" ]; }
wait_for 10 signed_out
server_kill
server_start
ends 20 "$client"
[ "$code" = 0 ] || fail "status $code: $(cat "$tmp/dan.out")"
in_history 1 '<eve> said as eve'
