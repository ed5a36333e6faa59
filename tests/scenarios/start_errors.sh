#!/bin/sh
# What keeps a server from starting is said in one message that says what to do.
# san: yes
. "${0%/*}/lib"
server_start
running=$data

note 'a port in use'
data=$tmp/other
server_refuses "$port"
note 'another server on the same data'
data=$running port=0
server_refuses "$data"

note 'certificates'
data=$tmp/other
server_refuses "$tmp/none.pem" --tls-cert "$tmp/none.pem" --tls-key "$tmp/none.key"
echo rubbish >"$tmp/bad.pem"
server_refuses "$tmp/bad.pem" --tls-cert "$tmp/bad.pem" --tls-key "$tmp/bad.pem"
server_refuses 'tls-key' --tls-cert "$tmp/bad.pem"

note 'folders'
server_refuses "$tmp/bad.pem/data" --data "$tmp/bad.pem/data"
server_refuses "$tmp/no-page" --web "$tmp/no-page"

note 'a database of a newer version'
data=$running
server_stop
db=$(ls "$data"/*.db | head -n 1)
printf '\0\0\377\0' | dd of="$db" bs=1 seek=60 conv=notrunc 2>/dev/null
server_refuses 'newer'
