/*
 * What a client knows of its rooms. Pure logic: no I/O, no clock; the same
 * cases (tests/vectors/sync) run here and in the page.
 *
 * Each room has a cursor, the last sequence number the server has pushed to
 * us without a break, and a window, the events kept in memory. The log is
 * dense, so a hole in the window shows as a jump in the numbers and needs no
 * record of its own: it is filled by a History page when somebody looks.
 *
 *   SignedIn, RoomState -> sync_room_state ->  room->follow: ask to Follow
 *   Events              -> sync_events     ->  new events, or room->follow
 *   HistoryPage         -> sync_page       ->  window
 *   Gap, Pong           -> sync_gap, sync_pong
 */
#ifndef APPCHAT_CLIENT_SYNC_H
#define APPCHAT_CLIENT_SYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/appchat.pb-c.h"

#define SYNC_WINDOW_EVENTS 2000          /* kept for one room */
#define SYNC_WINDOW_BYTES (4 << 20)

enum sync_kind { SYNC_UNKNOWN, SYNC_MESSAGE, SYNC_TOPIC, SYNC_CREATED };

/* One event; text and name are as the server sent them: sanitise before showing. */
struct sync_event {
	uint64_t seq, time_ms, author;
	enum sync_kind kind;
	uint32_t tag;          /* of a message: matches outbox_tag() of the author's own */
	const char *name;      /* the author's at that time, never NULL */
	const char *text;      /* the message, or the topic; never NULL */
	size_t bytes;          /* memory it takes */
};

struct sync_room {
	uint64_t id;
	char *name, *topic;    /* never NULL */
	uint32_t epoch, online;
	uint64_t head;         /* the last event the server is known to have */
	uint64_t floor;        /* the first it still keeps */
	uint64_t read;         /* read up to here */
	uint64_t told;         /* the read mark that the server knows of */
	uint64_t cursor;       /* pushed without a break up to here */
	uint64_t unread;       /* events in (read, cursor] but those known not to count: own, and no messages */
	bool follow;           /* a Follow must be sent: new here, reconnected, or a hole was pushed */
	bool following;        /* one was sent, its answer is not here yet */
	uint64_t anchor;       /* the view's place: 0 at the newest, else near this seq */
	struct sync_event **event;  /* the window, rising by seq */
	size_t events, bytes;
	void *user;            /* the user interface's own */
};

struct sync {
	uint64_t self;              /* our user id */
	struct sync_room **room;    /* by name */
	size_t rooms;
	void *arg;
	/* An event entered the window. fresh: pushed and not known before, so it may ring. */
	void (*on_event)(void *arg, struct sync_room *room, const struct sync_event *event, bool fresh);
	/* A room is new. */
	void (*on_added)(void *arg, struct sync_room *room);
	/* The room's window was emptied: another epoch, or a log that went back. */
	void (*on_reset)(void *arg, struct sync_room *room);
	/* The room is about to be freed. */
	void (*on_gone)(void *arg, struct sync_room *room);
};

/* All zero is an empty one; this frees the rooms and makes it empty again (on_gone is called). */
void sync_clear(struct sync *s);

struct sync_room *sync_find(const struct sync *s, uint64_t id);
/* By name, ASCII case ignored, with or without '#'; NULL when we are not in it. */
struct sync_room *sync_find_name(const struct sync *s, const char *name);

/* We are signed in as `self`; rooms that are not in the list are gone, the
 * others are as sync_room_state says. Every room is to be followed again. */
void sync_signed_in(struct sync *s, const Appchat__SignedIn *in);
/* A room is new or changed. Another epoch or a head below our cursor resets it. Returns it. */
struct sync_room *sync_room_state(struct sync *s, const Appchat__RoomState *state);
void sync_left(struct sync *s, uint64_t room);
/* The connection is gone: every room must be followed again when it is back. */
void sync_lost(struct sync *s);
/* A Follow with this room's cursor was sent, or was answered by Done (or an error: false). */
void sync_follow_sent(struct sync_room *room);
void sync_follow_done(struct sync *s, bool ok);

/* Pushed events. Duplicates are dropped; a hole sets room->follow and drops the rest. */
void sync_events(struct sync *s, const Appchat__Events *events);
void sync_gap(struct sync *s, const Appchat__Gap *gap);
/* A page of history, the answer to History{before or (forward) after: asked}:
 * events not known yet enter the window; a page before which there is no more
 * sets the floor. Returns how many events were new; one of another epoch is dropped. */
size_t sync_page(struct sync *s, const Appchat__HistoryPage *page, uint64_t asked, bool forward);
/* Heads: how far behind we are. A room of which the server has sent more than
 * we have, or which it does not follow for us, sets room->follow. */
void sync_pong(struct sync *s, const Appchat__Pong *pong);
void sync_presence(struct sync *s, uint64_t room, uint32_t online);

/* Read up to seq, said by us or another device. Only forward; true when it moved. */
bool sync_read(struct sync *s, struct sync_room *room, uint64_t seq);
/* Where the view is: 0 at the newest, else near this seq; decides what the full window drops. */
void sync_anchor(struct sync_room *room, uint64_t seq);

/* Index of the event with this seq, or of the first above it (may be room->events). */
size_t sync_index(const struct sync_room *room, uint64_t seq);
/* How many events are missing just before index i; i == room->events: between the newest and the cursor. */
uint64_t sync_missing(const struct sync_room *room, size_t i);
/* Events the server has and we have not been sent. */
uint64_t sync_behind(const struct sync_room *room);

#endif
