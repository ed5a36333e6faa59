#!/bin/sh
# make install puts everything where it belongs, and what is installed runs
# from there with its page; make uninstall takes it all away again.
. "${0%/*}/lib"
make -s install DESTDIR="$tmp/root" PREFIX=/opt/chat || fail "make install"
root=$tmp/root/opt/chat
for file in bin/appchat-tui bin/appchat-bots sbin/appchat-server sbin/appchat-ctl share/appchat/web/index.html \
    share/appchat/appchat.conf.example share/man/man1/appchat-tui.1 share/man/man5/appchat.conf.5 \
    share/man/man7/appchat-protocol.7 share/man/man8/appchat-server.8 lib/systemd/system/appchat.service etc/appchat.conf; do
	[ -s "$root/$file" ] || fail "$file is not installed"
done
has "$root/lib/systemd/system/appchat.service" '^ExecStart=/opt/chat/sbin/appchat-server --config /opt/chat/etc/appchat.conf'

start installed "$root/sbin/appchat-server" --config "$root/etc/appchat.conf" --listen 127.0.0.1:0 --data "$data"
wait_for 10 grep -q '^listening on' "$tmp/installed.log"
! grep -q 'no-page' "$tmp/installed.log" || fail "the installed page is not found"
kill "$last"
ends 5 "$last"

make -s uninstall DESTDIR="$tmp/root" PREFIX=/opt/chat >/dev/null || fail "make uninstall"
[ -z "$(find "$tmp/root" -type f)" ] || fail "left: $(find "$tmp/root" -type f)"
