#!/bin/sh
# Line mode in a pipe: commands and messages one after the other, and an exit
# status that tells whether all of it was done.
# san: yes
. "${0%/*}/lib"
server_start

cat >"$tmp/script" <<'END'
/create den a quiet place
in the den
//starts with a slash
/leave
back in the lobby
END
tui alice --plain <"$tmp/script" >"$tmp/out" || fail "status $?: $(cat "$tmp/out")"
in_history 1 'in the den' den
in_history 1 ' /starts with a slash' den
in_history 1 'back in the lobby'
in_history 0 'den' lobby

note 'what is refused shows in the status'
code=0
printf '/nonsense\nstill said\n' | tui alice --plain >"$tmp/out" || code=$?
[ $code = 1 ] || fail "an unknown command: status $code"
in_history 1 'still said'

code=0
printf '/register\nsecret1\nsecret2\n\nsaid then\n' | tui carol --plain >"$tmp/out" || code=$?
[ $code = 1 ] || fail "a password too short: status $code"
has "$tmp/out" 'Not registered'
in_history 0 secret
in_history 1 'said then'

code=0
printf 'hello\n' | XDG_STATE_HOME= HOME="$tmp/elsewhere" timeout 20 $BUILD/appchat-tui --server "$url" --guest alice --plain \
	>"$tmp/out" 2>&1 || code=$?
[ $code = 3 ] || fail "somebody else's name: status $code"

server_kill
code=0
printf 'hello\n' | tui alice --plain --timeout 1 >"$tmp/out" || code=$?
[ $code = 2 ] || fail "no server: status $code"

note 'output that cannot be written is said, and a limit out of its range'
server_start
code=0
tui alice history lobby 2>"$tmp/said" >/dev/full || code=$?
[ $code = 1 ] || fail "a full device: status $code"
has "$tmp/said" "can't be written"
tui alice history --limit 1001 lobby 2>"$tmp/said" || has "$tmp/said" '1 to 1000,'

printf 'one\n' | { tui alice --plain >"$tmp/out" && grep flags /proc/self/fdinfo/0 >"$tmp/flags"; }
! grep '4...$' "$tmp/flags" || fail 'the shell has its input back with O_NONBLOCK'

note 'nothing raw gets through'
tui alice send lobby "$(printf 'red \033[31m and \342\200\256 over')"
tui bob history lobby >"$tmp/out"
! grep -q "$(printf '[\033]')" "$tmp/out" || fail "an escape got through"
! grep -q "$(printf '\342\200\256')" "$tmp/out" || fail "an override got through"
