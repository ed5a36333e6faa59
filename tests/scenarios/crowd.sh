#!/bin/sh
# One address cannot take all sockets by plain HTTP: so many stay open, the next
# is closed at once, and when they are gone there is room again.
# san: yes
#
# Loopback is not counted, so this runs in a network of its own, where the
# loopback device has one address more.
if [ ! "${OWN_NETWORK:-}" ] && unshare --user --map-root-user --net true 2>/dev/null; then
	OWN_NETWORK=1 exec unshare --user --map-root-user --net sh "$0"
fi
. "${0%/*}/lib"
command -v bash >/dev/null || skip 'no bash here, which opens sockets'
address=192.0.2.1
[ "${OWN_NETWORK:-}" ] && ip link set lo up && ip address add $address/32 dev lo || skip 'no network of its own to be had here'
server_start --listen "$address:0" --max-per-address 3
url=ws://$address:$port

cat >"$tmp/crowd" <<-'END'
	trap '' PIPE # a refused socket may be closed between two lines
	# Opens $3 sockets, asks for a page on each, and keeps them; prints how many were answered.
	answered=0
	for ((i = 0; i < $3; i++)); do
		exec {fd}<>"/dev/tcp/$1/$2" || continue
		printf 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' >&$fd
		read -r -t 5 line <&$fd && [[ $line == HTTP/1.1* ]] && ((answered++))
	done 2>/dev/null
	echo $answered
END
crowd() { bash "$tmp/crowd" "$address" "$port" "$1"; }
for round in 1 2 3; do
	note "round $round"
	wait_for 10 eval '[ "$(crowd 53)" = 53 ]'
done
wait_for 10 eval '[ "$(crowd 60)" = 53 ]'
wait_for 10 tui alice send lobby 'is there room?'
