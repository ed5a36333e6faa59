#!/bin/sh
# A script that is somebody else for a moment leaves who one is as it was.
. "${0%/*}/lib"
server_start
XDG_STATE_HOME=$tmp/mine
export XDG_STATE_HOME
client() { "$BUILD/appchat-tui" --server "$url" "$@"; }

echo hello | client --guest frank --plain >/dev/null
client --guest diskwatch send lobby 'the disk is full'
client send lobby 'who am I'
client --guest diskwatch send lobby 'the disk is still full'
client history lobby >"$tmp/said"
has "$tmp/said" 'frank> hello'
has "$tmp/said" 'diskwatch> the disk is full'
has "$tmp/said" 'frank> who am I'
has "$tmp/said" 'diskwatch> the disk is still full'
