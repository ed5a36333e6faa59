#!/bin/sh
# Killed bots are gone from the server's count at once, frozen ones within its
# time-out.
. "${0%/*}/lib"
server_start --ping-seconds 1 --hangup-seconds 3
start killed $BUILD/appchat-bots --json --clients 100 --rate 1 --duration 60 "$url"
wait_for 10 clients_are 100
kill -KILL "$last"
wait_for 3 clients_are 0

start frozen $BUILD/appchat-bots --json --clients 100 --rate 1 --duration 60 "$url"
wait_for 10 clients_are 100
kill -STOP "$last"
wait_for 8 clients_are 0
