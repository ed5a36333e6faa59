#!/bin/sh
# The page's cookie is found among those that other programs of this host have
# set, 8 KB of them; a request with far more is refused, and no other suffers.
# san: yes
. "${0%/*}/lib"
command -v bash >/dev/null || skip 'no bash here, which opens sockets'
server_start
secret=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
printf 'hello version_min=1 version_max=1\nclaim name=anna token=%s\n' $secret | peer >/dev/null

# Upgrades with so many bytes of cookies, ours the last; says Hello without a token; prints what comes.
greet() { # BYTES
	others=$(awk -v n="$1" 'BEGIN { for (i = 0; length(s) < n - 120; i++) s = s "other" i "=abcdefghijklmnopqrst; "; print s }')
	timeout 10 bash -c 'exec {fd}<>"/dev/tcp/127.0.0.1/$0"
	printf "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" $0 >&$fd
	printf "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Protocol: appchat.v1\r\nCookie: %s\r\n\r\n" "$1" >&$fd
	read -r -t 5 line <&$fd
	printf "\202\210\0\0\0\0\010\001\022\004\010\001\020\001" >&$fd
	timeout 1 cat <&$fd' "$port" "${others}appchat_session_$port=$secret" || true
}
for bytes in 200 2000 4000 8000; do
	note "$bytes bytes of cookies"
	greet "$bytes" >"$tmp/greeted"
	grep -aq anna "$tmp/greeted" || fail "nobody: $(strings "$tmp/greeted" | head -n 3)"
done
greet 30000 >"$tmp/greeted"
! grep -aq anna "$tmp/greeted" || fail 'that was too much'
tui ben send lobby 'all is well'
