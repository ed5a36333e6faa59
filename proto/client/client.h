/*
 * A person's client without a face: connects, says who one is, follows the
 * rooms, sends the outbox, asks for history. The full-screen client, plain
 * mode and the verbs stand on this; they draw what sync.h and outbox.h hold
 * when a callback says that it changed.
 *
 * Everything runs on the uv loop's thread. Rooms, events and outbox items are
 * the client's: read them, don't keep pointers across callbacks (keep ids).
 */
#ifndef APPCHAT_CLIENT_CLIENT_H
#define APPCHAT_CLIENT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "proto/appchat.pb-c.h"
#include "proto/client/outbox.h"
#include "proto/client/status.h"
#include "proto/client/sync.h"

struct client;

enum client_level { CLIENT_INFO, CLIENT_WARNING, CLIENT_ERROR };

enum client_room_change {
	CLIENT_ROOM_ADDED,
	CLIENT_ROOM_CHANGED,   /* topic, unread count, read mark, people online */
	CLIENT_ROOM_RESET,     /* its window was emptied */
	CLIENT_ROOM_FILLED,    /* a page of history came, or could not be had */
	CLIENT_ROOM_OUTBOX,    /* an item of its outbox changed or went */
	CLIENT_ROOM_GONE,      /* freed after this call */
};

/* The answer to a request; NULL when the connection was lost before it came. */
typedef void client_answer(void *arg, const Appchat__ServerFrame *answer);

struct client_options {
	uv_loop_t *loop;
	const char *url, *ca_file;
	const char *name;        /* be this person: by the token kept here, else claim it as a guest; NULL: as last time, else nobody */
	const char *password;    /* with name: sign in with it when no token is good */
	bool sign_up;            /* with name and password: register instead */
	bool no_rooms;           /* don't follow rooms: for send and history */
	bool keep;               /* read and write tokens */
	bool aside;              /* who one is next time stays as it was, if it was somebody */
	bool keep_outbox;        /* and the outbox's file; without it what is not sent dies with the program */
	void *arg;
	/* client_status() changed. */
	void (*on_status)(void *arg);
	void (*on_room)(void *arg, struct sync_room *room, enum client_room_change change);
	/* An event entered the room's window; fresh: pushed just now, it may ring. */
	void (*on_event)(void *arg, struct sync_room *room, const struct sync_event *event, bool fresh);
	/* A sentence for the person. From outside or not: sanitise it. */
	void (*on_notice)(void *arg, enum client_level level, const char *text);
};

/* Makes a client that does nothing yet; NULL when the URL can't be read, with *why set. Strings are copied. */
struct client *client_new(const struct client_options *options, const char **why);
/* Starts connecting, and keeps at it. Returns at once. */
void client_start(struct client *c);
/* Says good-bye and frees everything; what was kept of the outbox stays on disk. The loop runs
 * meanwhile, for half a second at most, so close other handles first. Not from inside a callback. */
void client_free(struct client *c);

/* What the status line shows; good until the next call. */
const struct client_status *client_status(struct client *c);
/* The rooms we are in, and what is on its way. */
struct sync *client_rooms(struct client *c);
struct outbox *client_outbox(struct client *c);

/* Become somebody, when nobody yet; a guest may claim another name, or sign up to keep the one
 * it has. The outcome comes by on_status and on_notice. */
void client_claim(struct client *c, const char *name);
void client_sign_in(struct client *c, const char *name, const char *password);
void client_sign_up(struct client *c, const char *name, const char *password);
/* Forgets the token here and voids it on the server; then nobody, on another connection. Who one is to be
 * may be said at once: it is asked for there. */
void client_sign_out(struct client *c);
/* Tries to connect now instead of after the wait. */
void client_retry(struct client *c);

/* Somebody is there: a long wait for the next try ends. For every key pressed. */
void client_nudge(struct client *c);

/* Puts a message in the outbox; it is sent when it can be. NULL when it is
 * empty, too long (LIMIT_TEXT) or the outbox is full, with *why set. */
struct outbox_item *client_send(struct client *c, uint64_t room, const char *text, const char **why);
/* Asks for a page of the room's history: `before` the event at window index i
 * (room->events: before the newest end), or, with forward, after index i. One at
 * a time per room and direction. False when there is nothing to ask for, or it
 * can't be asked now. CLIENT_ROOM_FILLED follows. */
bool client_history(struct client *c, struct sync_room *room, size_t i, bool forward);
/* True while a page of this room is on its way. */
bool client_history_busy(const struct client *c, const struct sync_room *room);
/* The room on screen: served first when behind; its window is filled from the newest end. NULL: none. */
void client_activate(struct client *c, struct sync_room *room);
/* Everything up to seq has been read (told to the server at most once a second). */
void client_read(struct client *c, struct sync_room *room, uint64_t seq);

/* Sends any request of the protocol (request numbers are filled in here).
 * False when not connected; answer is not called then. Answers that change
 * what the client knows (RoomState, SignedIn, ...) are taken in before answer sees them. */
bool client_call(struct client *c, Appchat__ClientFrame *frame, client_answer *answer, void *arg);
/* Is there a client_call, or one of those below, without its answer? */
bool client_asking(const struct client *c);
/* The usual requests, made by client_call. Names without '#'. */
bool client_join(struct client *c, const char *name, client_answer *answer, void *arg);
bool client_create(struct client *c, const char *name, const char *topic, client_answer *answer, void *arg);
bool client_leave(struct client *c, uint64_t room, client_answer *answer, void *arg);
bool client_topic(struct client *c, uint64_t room, const char *topic, client_answer *answer, void *arg);
bool client_members(struct client *c, uint64_t room, const char *after, client_answer *answer, void *arg);
bool client_list_rooms(struct client *c, const char *after, client_answer *answer, void *arg);
bool client_stats(struct client *c, client_answer *answer, void *arg);
/* Measures the round trip now; the status tells. */
bool client_ping(struct client *c);

#endif
