#!/bin/sh
# Two people talk through the verbs of the terminal client; what was said is
# there after a restart.
# san: yes
. "${0%/*}/lib"
server_start

start tail tui bob tail lobby
wait_for 10 clients_are 1
tui alice send lobby hello || fail "send: $?"
echo 'from a pipe' | tui alice send lobby || fail "send from standard input: $?"
wait_for 5 grep -q 'from a pipe' "$tmp/tail.out"
has "$tmp/tail.out" 'alice.*hello'

code=0
tui alice send nowhere hello 2>"$tmp/err" || code=$?
[ $code = 1 ] || fail "a room that does not exist: status $code"

server_stop
server_start
in_history 1 hello
in_history 1 'from a pipe'
tui bob history lobby --json | json text | grep -q hello || fail "no JSON"
