/* How a client is doing: what a status line shows. */
#ifndef APPCHAT_CLIENT_STATUS_H
#define APPCHAT_CLIENT_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/appchat.pb-c.h"
#include "proto/client/conn.h"

enum client_state {
	CLIENT_OFFLINE,       /* no connection; status.conn says more */
	CLIENT_HELLO,         /* connected, greeting */
	CLIENT_NOBODY,        /* connected, and nobody yet: call client_claim, _sign_in or _sign_up (unless one is under way) */
	CLIENT_SIGNING_IN,
	CLIENT_READY,         /* signed in, rooms are there */
	CLIENT_SIGNING_OUT,   /* until the server has ended the session; then OFFLINE, and NOBODY on the next connection */
};

struct client_status {
	enum client_state state;
	enum conn_state conn;
	bool stopped;             /* will not connect again by itself: see error */
	const char *url;          /* normal form */
	const char *name;         /* ours, "" before we are somebody */
	bool guest;
	bool nobody;              /* nor is anybody asked for: it stays so until somebody is */
	uint64_t user, session;
	const char *server;       /* program and version, "" before Welcome */
	const char *error;        /* last thing that went wrong, "" when all is well */
	Appchat__ErrorCode refused; /* the last sign-in's error code, 0: none */
	unsigned retry_in_ms;     /* until the next try to connect */
	unsigned rtt_us;          /* last round trip, 0: not measured */
	uint64_t behind;          /* events of all rooms the server has and we have not */
	size_t unsent, failed;    /* outbox */
};

#endif
