/*
 * A session: one connection as the floors above the socket see it. Nothing is
 * freed inside a call: session_close() and session_gone() mark, hub_reap() frees.
 */
#ifndef APPCHAT_SERVER_ROOM_SESSION_H
#define APPCHAT_SERVER_ROOM_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"
#include "server/room/rate.h"

struct hub;
struct person;
struct room;

/* A followed room, and the session's place in its array of followers. */
struct follow {
	struct room *room;
	uint32_t index;
};

#define SESSION_CONTROL_MAX (512 * 1024)  /* bytes of answers that may wait for a full socket; beyond: CLOSE_SLOW */
#define SESSION_CONTROL_BURST (4 * SESSION_CONTROL_MAX)   /* the same, within one turn, while the socket takes them */

enum session_state {
	SESSION_NEW = 1,        /* before Hello */
	SESSION_HELLO = 2,      /* Welcome sent, nobody yet */
	SESSION_SIGNED_IN = 4,
	SESSION_CLOSING = 8,    /* the reason is set; nothing more is read */
};

struct session {
	struct hub *hub;
	void *peer;             /* the net floor's; NULL once the socket is gone */
	uint32_t slot, generation;
	enum session_state state;
	bool busy;              /* Hello or a sign-in is under way */
	bool ready;             /* in the hub's ready list */
	bool reading;           /* a read of old events is under way */
	bool deflates;          /* takes frames as deflate */
	bool waits;             /* the socket took no more: filled when it is writable */
	bool pinged;
	bool closing;           /* on the hub's closing list */
	bool full;              /* too many answers wait: closed at the end of the turn */
	bool dropped;           /* closed for the memory it holds: at once, whatever waits */
	Appchat__CloseReason reason;
	struct person *person;
	struct session *person_next;
	uint64_t id;            /* of the stored session */
	uint8_t instance[16];
	uint8_t *cookie;        /* 32 bytes, until Hello */
	struct follow *follows;
	uint32_t follow_count, follow_cap, follow_next;
	uint64_t active;        /* the room on screen */
	struct buf out;         /* whole WebSocket frames that go before any event */
	size_t held, counted;   /* bytes below that its socket did not take; what of both the hub has counted */
	struct rate requests;   /* before it is somebody's; then the person's allowance */
	uint32_t pending;       /* requests under way in the store */
	uint32_t refused;       /* requests over the rate since one was within it */
	uint64_t since_ns, heard_ns, progress_ns;
	uint64_t connected_ms;
	struct session *ready_next, *closing_next, *reap_next, *full_next;
	struct address *from;
	char client[64];
};

/* Names a session across a wait: it may be gone when the wait is over. */
struct session_ref {
	uint32_t slot, generation;
};
struct session_ref session_ref(const struct session *s);
/* NULL when it is gone or closing. */
struct session *session_get(struct hub *hub, struct session_ref ref);

void *session_peer(const struct session *s);
/* Any byte (a pong too) came from it. */
void session_heard(struct session *s);
/* Its socket took bytes: it is slow, not stalled. */
void session_progress(struct session *s);
/* Its socket is gone; the session is freed at hub_reap(). peer is not used any more. */
void session_gone(struct session *s);

/* Appends whole WebSocket frames to out, about cap bytes: answers first, then
 * events of rooms where it is behind, the active room first. Returns how many
 * bytes; 0: nothing (more) now. What was taken counts as sent. */
size_t session_fill(struct session *s, struct buf *out, size_t cap);

/* The socket could not take what was offered: it lags until the socket is writable again and session_fill() is called. */
void session_waits(struct session *s);

/* So many bytes that were taken from it wait below for its socket. */
void session_held(struct session *s, size_t bytes);
/* Tells the hub how much memory waits for this socket now. */
void session_account(struct session *s);

#define OUT_OF_MEMORY "The server has no memory for that now; try again."
/* There is no memory, or no room, for what it is to get: closed at the end of the turn. */
void session_overflow(struct session *s);

/* Before an answer is put into s->out: may it be? False: it is not to be sent.
 * When too much waits already the session is closed at the end of the turn, not
 * now: whoever sends may be in the middle of this person's sessions. */
bool session_room(struct session *s);
/* Queues a frame. Never blocks, never closes; too many waiting close the session later. */
void session_send(struct session *s, const Appchat__ServerFrame *frame);
/* The same without making the session ready: a fan-out is to take it along. */
void session_put(struct session *s, const Appchat__ServerFrame *frame);
/* Puts it on the hub's ready list. */
void session_ready(struct session *s);
/* Says Bye and marks it for closing; the first reason stays. text may be NULL. */
void session_close(struct session *s, Appchat__CloseReason reason, const char *text, uint32_t retry_after_ms);
/* The same, by the operator, who says this (NULL or empty: nothing). */
void session_send_away(struct session *s, Appchat__CloseReason reason, const char *words);
/* Closes those that have too many answers waiting, and some when too much waits for all. */
void session_close_full(struct hub *hub);
#endif
