#!/bin/sh
# The configuration file: what it says holds, a flag holds more, and what
# cannot be is refused with file and line.
# san: yes
. "${0%/*}/lib"
config=$tmp/appchat.conf
check() { timeout 10 $BUILD/appchat-server --config "$config" --data "$data" --check-config; }

cat >"$config" <<-END
	# a comment
	log = warn,http=debug
	message-rate = 3
END
check >/dev/null || fail "a good file is refused"
server_start --config "$config"
has "$log" '^listening'
[ "$(grep -c ' info ' "$log")" = 0 ] || fail "the log level of the file does not hold"
server_stop
server_start --config "$config" --log info
grep -q ' info ' "$log" || fail "the flag does not win"

refused() { # TEXT
	code=0
	check >"$tmp/refused" 2>&1 || code=$?
	[ $code = 1 ] || fail "status $code for a bad file"
	has "$tmp/refused" "$1"
	has "$tmp/refused" 'appchat.conf:2'
}
printf 'log = info\nlisten-on = 8080\n' >"$config"
refused 'listen-on'
printf 'log = info\nmessage-rate = many\n' >"$config"
refused 'message-rate'
printf 'log = info\nlog = loud\n' >"$config"
refused 'log'
