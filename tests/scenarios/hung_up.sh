#!/bin/sh
# Ended by SIGHUP as by SIGTERM, or because nobody reads what it prints: what
# was not sent is said, and the status tells. After nohup SIGHUP ends nothing.
# san: yes
. "${0%/*}/lib"
server_start
tui alice send lobby first
mkfifo "$tmp/in" "$tmp/out"
exec 3<>"$tmp/in"

start reader cat "$tmp/out"
reader=$last
unread() { tui alice --plain <"$tmp/in" >"$tmp/out" 3>&-; }
start unread unread
wait_for 10 grep -q 'in #lobby' "$tmp/reader.out"
kill -KILL "$reader" && wait_for 5 gone "$reader"
printf 'one\n/ping\ntwo\n' >&3
ends 5 "$last"
[ "$code" = 1 ] || fail "output that nobody reads: status $code"
has "$tmp/unread.log" "output can't be written"
has "$tmp/unread.log" 'not sent: line [23] and all after it'

note 'hung up, with nobody to send to'
server_kill
lines() { tui alice --plain <"$tmp/in" 3>&-; }
unheard() { wait_for 3 grep -q 'no connection to ws://' "$tmp/$1.log"; }
hang_up() {
	unheard "$1"
	kill -HUP "$last" && ends 5 "$last"
	[ "$code" = 129 ] || fail "$1: status $code"
}
start lines lines
printf 'three\n' >&3
hang_up lines
has "$tmp/lines.log" 'not sent: line 1 and all after it'
start send tui alice send lobby four
hang_up send
has "$tmp/send.log" 'nothing was sent'

note 'after nohup'
trap '' HUP
start lines lines
lines=$last
printf 'five\n' >&3
unheard lines
kill -HUP "$lines"
exec 3>&-
server_start
ends 30 "$lines"
[ "$code" = 0 ] || fail "SIGHUP after nohup: status $code"
in_history 1 five
