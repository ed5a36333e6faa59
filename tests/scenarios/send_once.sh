#!/bin/sh
# The same id again gets the first acknowledgement, over a restart too; with
# another text it is a conflict. The history has it once.
# san: yes
. "${0%/*}/lib"
id=0190a1b2c3d47e5f8a9b0c1d2e3f4a5b
server_start
peer >"$tmp/first" <<-END
	hello version_min=1 version_max=1
	claim name=alice
	send room=1 client_msg_id=$id text=only once
	send room=1 client_msg_id=$id text=only once
	send room=1 client_msg_id=$id text=something else
END
seq=$(sed -n 's/^3 send_ack.* seq=\([0-9]*\).*duplicate=0/\1/p' "$tmp/first")
[ -n "$seq" ] || fail "no acknowledgement: $(cat "$tmp/first")"
has "$tmp/first" "^4 send_ack.* seq=$seq .*duplicate=1"
has "$tmp/first" '^5 error code=ERROR_CONFLICT.*temporary=0'
token=$(sed -n 's/^2 signed_in.* token=\([0-9a-f]*\).*/\1/p' "$tmp/first")

server_kill
server_start
peer >"$tmp/second" <<-END
	hello version_min=1 version_max=1 token=$token
	send room=1 client_msg_id=$id text=only once
END
has "$tmp/second" "^2 send_ack.* seq=$seq .*duplicate=1"
in_history 1 'only once'
