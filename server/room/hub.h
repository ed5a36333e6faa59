/*
 * The hub: everything that is alive in this process. Sessions (connections as
 * seen from above the sockets), people (users with at least one session) and
 * rooms (logs and who follows them). It knows no socket: the net floor calls
 * in when something arrives, and at the end of each turn of the loop drains
 * what is to go out:
 *
 *   hub_connect / handle_frame / session_heard / session_gone     <- net
 *   hub_drain(), hub_tick()                                        <- net
 *   fanout_next(), hub_next_ready() + session_fill(), hub_next_closing() -> net
 *
 *   hub --owns--> session --owns--> follow ---> room <--owns-- hub
 *   hub --owns--> person  --owns--> membership -> room
 *   session ---> person (one person, many sessions)
 */
#ifndef APPCHAT_SERVER_ROOM_HUB_H
#define APPCHAT_SERVER_ROOM_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bus;
struct session;
struct store;

/* What the operator can set; see appchat.conf(5). Times in the unit of their name. */
struct hub_options {
	uint32_t max_connections;
	uint32_t max_per_address;       /* loopback is exempt */
	uint32_t message_rate, message_burst;
	uint32_t hello_seconds, ping_seconds, hangup_seconds, stalled_seconds;
	uint32_t guest_hold_seconds;    /* how long an absent guest keeps the name */
	bool guests, registration;      /* may one be a guest, may one register? */
	const char *motd;               /* borrowed */
	const char *server;             /* program and version, for Welcome; borrowed */
	void (*wake)(void *arg);        /* called from other threads: hub_drain() has something to do */
	void *wake_arg;
};

extern const struct hub_options hub_options_default;

/* Makes a hub on an open store; takes over its rooms and bans. Borrows both. */
struct hub *hub_new(const struct hub_options *options, struct store *store, struct bus *bus);
/* Frees it. All sessions must be gone and the store closed (its last done() calls need the hub). */
void hub_free(struct hub *hub);

/* A connection was accepted. address: numeric, without port. cookie: the
 * 32 bytes of the page's session token, or NULL. peer: the caller's, given back
 * by session_peer(). NULL when there are too many connections: *why is a
 * CloseReason (CLOSE_FULL or CLOSE_BANNED). */
struct session *hub_connect(struct hub *hub, void *peer, const char *address, const uint8_t *cookie, int *why);

/* What the operator says to a banned address ("": nothing); NULL: it is not banned. */
const char *hub_address_banned(struct hub *hub, const char *address);

/* Takes in what other threads have finished (the store, password hashing). */
void hub_drain(struct hub *hub);

/* Once a second or so: liveness, time-outs, presence, pace. Call it after what
 * has arrived was read, so that a process that was frozen hears before it expires. */
void hub_tick(struct hub *hub);
/* Has this process stood still since the last tick? Then nobody is late yet. */
bool hub_stood_still(const struct hub *hub);

/* The next session with something to say; it leaves the list. NULL: none.
 * Fill it until session_fill() returns 0 or the socket takes no more; in the
 * latter case fill again when the socket is writable. */
struct session *hub_next_ready(struct hub *hub);

/* The next session to be closed: send what session_fill() still has if the
 * socket takes it, then close with this WebSocket status and text, then call
 * session_gone(). Leaves the list. NULL: none. */
struct session *hub_next_closing(struct hub *hub, unsigned *status, const char **text);

/* A connection to be written to: bytes are whole WebSocket frames, the same
 * memory for everyone, valid until the next call. */
struct delivery {
	struct session *to;
	const uint8_t *bytes;
	size_t len;
};

/* Steps through the fan-outs that are due; false: none is (left). The caller
 * writes at once when the socket has nothing buffered and then calls
 * fanout_took(); when it cannot write now it must not call it: the session then
 * lags, and is to be filled (session_fill) when its socket is writable. Call at
 * most some 256 times a turn so that reading goes on. */
bool fanout_next(struct hub *hub, struct delivery *out);
void fanout_took(struct hub *hub, const struct delivery *delivery);

/* Nanoseconds until a paced fan-out is due: 0 now, UINT64_MAX none waits. */
uint64_t hub_wait_ns(struct hub *hub);

/* End of the turn: frees what was closed in it. */
void hub_reap(struct hub *hub);

/* Shutting down: everyone gets Bye{retry_after} and goes to the closing list;
 * no new connection is taken and every request gets BUSY. */
void hub_shutdown(struct hub *hub, uint32_t retry_after_ms);
/* Are there still sessions, or store operations under way? */
bool hub_busy(const struct hub *hub);

#endif
