#!/bin/sh
# Who writes too much is told how much it is, how much may be, and what to do:
# by send, and in line mode, also of lines that are not even kept in memory.
# san: yes
. "${0%/*}/lib"
server_start
letters() { head -c "$1" /dev/zero | tr '\0' x; }
refused() { # COMMAND...: status 1, and what it says, in $tmp/said
	code=0
	"$@" >"$tmp/said" 2>&1 || code=$?
	[ "$code" = 1 ] || fail "status $code: $(cat "$tmp/said")"
}
advice='at most 16384 can be sent; shorten it, or send it in parts'

{ letters 16384; printf '\n\n'; } | tui alice send lobby || fail "as long as may be: status $?"
letters 16385 >"$tmp/text"
refused tui alice send lobby <"$tmp/text"
has "$tmp/said" "the message is too long: it has 16385 bytes, and $advice"
refused tui alice send lobby "$(cat "$tmp/text")"
has "$tmp/said" "it has 16385 bytes, and $advice"
letters 3000000 >"$tmp/text"
refused tui alice send lobby <"$tmp/text"
has "$tmp/said" "it has more than 1048576 bytes, and $advice"

note 'in a pipe'
{ echo one; letters 20000; echo; letters 70000; echo; echo two; letters 200000; } >"$tmp/text"
refused tui alice --plain <"$tmp/text"
has "$tmp/said" "Not sent: the message is too long: it has 20000 bytes, and $advice"
has "$tmp/said" "Not sent: line 3 is too long: it has 70000 bytes, and $advice"
has "$tmp/said" "Not sent: line 5 is too long: it has 200000 bytes, and $advice"
in_history 1 '<alice> one'
in_history 1 '<alice> two'
in_history 1 xxx
