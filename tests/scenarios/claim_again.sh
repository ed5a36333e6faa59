#!/bin/sh
# The connection breaks the moment a name is given, the server dies then, the
# client does: who chose the token asks again and has the name, nobody else has.
# san: yes
. "${0%/*}/lib"
server_start
token() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
breaks() { # NAME TOKEN: asks, and hangs up without waiting
	printf 'hello version_min=1 version_max=1\n&claim name=%s token=%s\n' "$1" "$2" | peer >/dev/null
}
asks() { # NAME TOKEN FILE
	code=0
	printf 'hello version_min=1 version_max=1\nclaim name=%s token=%s\nlist_sessions\n' "$1" "$2" | peer >"$tmp/$3" || code=$?
}
for n in 1 2 3 4 5 6 7 8; do
	secret=$(token)
	breaks "anna$n" "$secret"
	if [ $((n % 4)) = 0 ]; then
		sleep 0.0$n # more or less than a commit takes
		server_kill
		server_start
	fi
	asks "anna$n" "$secret" own
	has "$tmp/own" "^2 signed_in.*anna$n"
	[ "$(grep -o 'session={' "$tmp/own" | wc -l)" = 1 ] || fail "two sessions: $(cat "$tmp/own")"
	asks "anna$n" "$(token)" other
	has "$tmp/other" '^2 error code=ERROR_NAME_TAKEN'
done

note 'the terminal client, killed about when its name is given'
for n in 01 02 03 04 05 06 08 10; do
	start "killed$n" tui "ben$n" send lobby hello
	sleep "0.$n"
	kill -KILL "$last" 2>/dev/null || true
	tui "ben$n" send lobby again || fail "ben$n, killed after 0.$n s, is not let in: $?"
done
