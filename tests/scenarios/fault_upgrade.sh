#!/bin/sh
# A request to become something else than a WebSocket, first or later on a
# connection that is kept: libwebsockets 4.1.6 goes on with memory that it has
# freed (NN-2025-0102) unless server/net/http.c says no before. The sanitizer
# sees that; without it the server may live on by luck.
# san: yes
. "${0%/*}/lib"
command -v bash >/dev/null || skip 'no bash here, which opens sockets'
server_start --log error
cat >"$tmp/ask" <<-'END'
	# So many good requests, then one that asks for $3, then another good one, all on one connection.
	trap '' PIPE
	exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 2
	good() { printf 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' >&3; }
	for ((i = 0; i < $2; i++)); do
		good
		while read -r -t 5 line <&3 && [[ $line != $'\r' ]]; do
			[[ $line != [Cc]ontent-[Ll]ength:* ]] || length=${line//[^0-9]/}
		done
		read -r -t 5 -N "$length" body <&3 || exit 3
	done
	printf 'GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n' "$4" "$3" >&3
	good
	timeout 0.1 cat <&3 >/dev/null || true
END
for word in foo h2c h2 'websocket, foo' WebSocket TLS/1.0 "$(printf %300s x | tr ' ' y)"; do
	for before in 0 1 2; do
		for path in / /ws /session; do
			timeout 20 bash "$tmp/ask" "$port" $before "$word" $path 2>/dev/null || fail "$word after $before: $?"
		done
	done
done
gone "$server" && fail 'the server is gone'
tui alice send lobby 'all is well'
server_stop
