#!/bin/sh
# Without a server: that is said within a second, lines wait in the pipe, and
# who is ended before they are acknowledged says which, and with what status.
# san: yes
. "${0%/*}/lib"
server_start
tui alice send lobby first
server_kill

mkfifo "$tmp/in"
lines() { tui alice --plain <"$tmp/in" 3>&-; }
begin() { # NAME TEXT: line mode on a pipe that stays open, with this in it
	exec 3<>"$tmp/in"
	start "$1" lines
	printf "$2" >&3
}
unheard() { wait_for 3 grep -q 'no connection to ws://' "$tmp/$1.log"; }
begin open 'one\ntwo\nthree\n'
unheard open
kill -TERM "$last"
ends 5 "$last"
[ "$code" = 143 ] || fail "ended by SIGTERM: status $code"
has "$tmp/open.log" 'not sent: line 1 and all after it'

note 'at the end of the pipe the lines can be counted'
begin ended 'one\ntwo\nthree\n'
unheard ended
exec 3>&-
kill -INT "$last"
ends 5 "$last"
[ "$code" != 0 ] || fail "ended by SIGINT: status $code"
has "$tmp/ended.log" 'not sent: lines 1 to 3'

note 'what was taken, and not acknowledged, is kept'
server_start
begin taken 'four\n'
wait_for 10 grep -q '<alice> four' "$tmp/taken.out"
kill -STOP "$server"
printf 'five\n' >&3
taken() { [ "$(cat "$tmp"/home/alice/.local/state/appchat/outbox-* | grep -c '^+')" = 2 ]; }
wait_for 10 taken
kill -TERM "$last"
ends 5 "$last"
[ "$code" = 143 ] || fail "not acknowledged: status $code"
has "$tmp/taken.log" '1 message not acknowledged yet, kept'
kill -CONT "$server"
tui alice --plain </dev/null >/dev/null || fail "the next start: $?"
in_history 1 five

note 'the verbs'
server_kill
start send tui alice send lobby six
wait_for 3 grep -q 'no connection to ws://' "$tmp/send.log"
kill -TERM "$last"
ends 5 "$last"
[ "$code" = 143 ] || fail "send: status $code"
has "$tmp/send.log" 'nothing was sent'
