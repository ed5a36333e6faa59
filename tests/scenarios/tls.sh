#!/bin/sh
# TLS: a client that trusts the certificate talks, another does not; SIGHUP
# takes a new certificate without touching anybody.
. "${0%/*}/lib"
certificate() { # NAME
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/$1.key" -out "$tmp/$1.pem" -days 2 \
	    -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
}
certificate one
certificate two
cp "$tmp/one.pem" "$tmp/cert.pem"
cp "$tmp/one.key" "$tmp/cert.key"
server_start --tls-cert "$tmp/cert.pem" --tls-key "$tmp/cert.key"
has "$log" '^listening on https://'
url=wss://127.0.0.1:$port

tui alice --ca-file "$tmp/one.pem" send lobby 'under lock and key' || fail "send over TLS: $?"
code=0
tui bob --timeout 5 send lobby 'not this one' 2>"$tmp/err" || code=$?
[ $code = 2 ] || fail "an untrusted certificate: status $code"

start tail tui carol --ca-file "$tmp/one.pem" tail lobby
wait_for 10 clients_are 1
cp "$tmp/two.pem" "$tmp/cert.pem"
cp "$tmp/two.key" "$tmp/cert.key"
kill -HUP "$server"
wait_for 10 tui dave --ca-file "$tmp/two.pem" --timeout 2 send lobby 'with the new one'
wait_for 5 grep -q 'with the new one' "$tmp/tail.out"
server_stop
