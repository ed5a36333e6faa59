#!/bin/sh
# A server that was started in a terminal ends with it, and frees its port; one
# after nohup stays, as does one whose shell ended before, and any that is sent
# SIGHUP by hand.
. "${0%/*}/lib"
command -v script >/dev/null || skip 'no script(1) here, which makes terminals'

in_terminal() { # COMMAND: runs it on a terminal of its own; its pid is in $server
	rm -f "$tmp/pid"
	log=$tmp/terminal.log
	: >"$log"
	start terminal script -qc "sh -c 'echo \$\$ >$tmp/pid; exec $* >/dev/null 2>>$log'" /dev/null
	terminal=$last
	wait_for 10 test -s "$tmp/pid"
	server=$(cat "$tmp/pid")
	started="$started $server"
	wait_for 10 grep -q '^listening on' "$log"
}
command="$BUILD/appchat-server --listen 127.0.0.1:0 --data $data"

in_terminal "$command"
prlimit --pid "$server" --nofile=3:   # it cannot even look for its terminal
kill -HUP "$server"
wait_for 5 grep -q event=reloaded "$log"
kill -KILL "$terminal"   # nor need it look
wait_for 5 gone "$server"
has "$log" event=stopped

in_terminal "nohup $command"
kill -KILL "$terminal"
wait_for 5 grep -q event=reloaded "$log"
ctl status >/dev/null
kill "$server"
wait_for 5 gone "$server"

job_in_terminal() { # SHELL-COMMAND: runs it on a terminal; it starts the server, as a job
	rm -f "$tmp/pid"
	: >"$log"
	start terminal script -qc "$1" /dev/null
	wait_for 10 grep -q '^listening on' "$log"
	server=$(cat "$tmp/pid")
	started="$started $server"
}

note 'a shell within the shell hands on what the kernel told it, and may be gone at once'
for send in kill 'env kill'; do
	cat >"$tmp/inner" <<-END
		$command >/dev/null 2>>$log &
		echo \$! >$tmp/pid
		trap '$send -HUP \$!; exit' HUP
		wait
	END
	job_in_terminal "sh -c 'bash -m $tmp/inner; sleep 1'"
	kill -KILL "$last"
	wait_for 5 gone "$server"
	has "$log" event=stopped
done

note 'a shell that ends leaves its job behind'
job_in_terminal "sh -mc '$command >/dev/null 2>>$log & echo \$! >$tmp/pid; while [ ! -e $tmp/end ]; do sleep 0.1; done'"
: >"$tmp/end"
wait_for 5 gone "$last"
kill -HUP "$server"
wait_for 5 grep -Eq 'event=(reloaded|stopping)' "$log"
has "$log" event=reloaded
ctl status >/dev/null
