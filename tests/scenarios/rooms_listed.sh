#!/bin/sh
# /rooms lists by name as people do: without case and accents, numbers by their
# size. More than a page is asked for by the last name shown.
# san: yes
. "${0%/*}/lib"
server_start
rooms() { # [AFTER]: the names listed, in order
	echo "/rooms $*" | tui alice --plain >"$tmp/out" || fail "status $?: $(cat "$tmp/out")"
	sed -n 's/^ .* #\([^ ]*\) .* online.*/\1/p' "$tmp/out"
}
for name in Zebra room10 mango rnz 0ops Äpfel room9 apple zoo opal; do echo "/create $name"; done | tui alice --plain >"$tmp/out"
seen=$(rooms | xargs)
[ "$seen" = '0ops Äpfel apple lobby mango opal rnz room9 room10 Zebra zoo' ] || fail "the order: $seen"
seen=$(rooms '#Room9' | xargs)
[ "$seen" = 'room9 room10 Zebra zoo' ] || fail "after Room9: $seen"

note 'more than the server lists at once, and than is shown'
for i in $(seq 0 10 239); do # nobody may make many at once
	for n in $(seq 10); do echo "/create many$((i + n))"; done | tui "maker$i" --plain >"$tmp/out" || fail "status $?: $(cat "$tmp/out")"
done
rooms >"$tmp/all"
for page in 2 3; do
	after=$(sed -n 's/^.*: \/rooms \(.*\) goes on\.$/\1/p' "$tmp/out")
	[ "$after" = "$(tail -n 1 "$tmp/all")" ] || fail "goes on after $after: $(tail -n 1 "$tmp/all")"
	rooms "$after" >>"$tmp/all"
done
[ "$(grep -c . "$tmp/all")" = 251 ] || fail "$(grep -c . "$tmp/all") rooms"
[ "$(grep '^many' "$tmp/all" | xargs)" = "$(seq 240 | sed 's/^/many/' | xargs)" ] || fail "not in order: $(xargs <"$tmp/all")"
[ "$(rooms zzz)" = '' ] || fail "rooms after the last: $(cat "$tmp/out")"
has "$tmp/out" 'no more rooms'
