#!/bin/sh
# A client killed while it sends: what it had taken is sent by its next start,
# once and in order. A server that dies under it changes nothing either.
# san: yes
. "${0%/*}/lib"
server_start --message-rate 1000 --message-burst 1000
lines() { awk -v of="$1" 'BEGIN { for (n = 1; n <= 40; n++) print of, "line", n, "." }'; }

note 'kill -9 of the client, with the server away'
tui alice send lobby first
server_kill
mkfifo "$tmp/in"
exec 3<>"$tmp/in"
HOME=$tmp/home/alice XDG_STATE_HOME= $BUILD/appchat-tui --server "$url" --guest alice --plain \
	<"$tmp/in" >"$tmp/plain.out" 3>&- & # itself, without a shell or a timeout(1) around it
client=$!
started="$started $client"
server_start --message-rate 1000 --message-burst 1000
wait_for 10 grep -q 'in #lobby' "$tmp/plain.out"
server_kill
lines one >&3
taken() { cat "$tmp"/home/alice/.local/state/appchat/outbox-* 2>/dev/null | grep -c '^+'; }
all_taken() { [ "$(taken)" -ge 40 ]; }
wait_for 10 all_taken
kill -KILL "$client"
exec 3>&-
server_start --message-rate 1000 --message-burst 1000
echo 'the last one' | tui alice --plain >"$tmp/second.out" || fail "the second start ended with $?"

note 'kill -9 of the server, twice, while a client sends'
lines two | while read -r line; do
	echo "$line"
	sleep 0.02
done | tui bob --plain >"$tmp/third.out" &
third=$!
started="$started $third"
for _ in 1 2; do
	sleep 0.3
	server_kill
	server_start --message-rate 1000 --message-burst 1000
done
ends 60 "$third"
[ "$code" = 0 ] || fail "bob ended with $code: $(cat "$tmp/third.out")"

tui reader history lobby --limit 200 | sed 's/^[^>]*> //' >"$tmp/all"
{ echo first; lines one; echo 'the last one'; lines two; } >"$tmp/want"
cmp -s "$tmp/want" "$tmp/all" || fail "lost, doubled or out of order: $(diff "$tmp/want" "$tmp/all")"
