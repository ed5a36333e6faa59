/*
 * A hub on a real store, with clients that are memory: what the net floor does
 * in a turn is done here, without sockets. A client can be blocked (its socket
 * takes nothing), and keeps every frame it got, decoded.
 */
#ifndef APPCHAT_TESTS_SUPPORT_WORLD_H
#define APPCHAT_TESTS_SUPPORT_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"

struct world {
	struct hub *hub;
	struct store *store;
	struct bus *bus;
	char dir[64];
};

struct guy {
	struct world *world;
	struct session *session;       /* NULL once closed */
	bool blocked;
	unsigned closed;               /* WebSocket status of the close, 0: open */
	struct buf in;
	Appchat__ServerFrame **frames; /* all it got */
	size_t count;
	uint32_t request;              /* the last it used */
};

/* A hub on a store in `dir` (NULL: a new one, removed at world_close with remove). */
struct world *world_open(const char *dir);
/* All clients must be guy_close'd. */
void world_close(struct world *w, bool remove);
/* One turn of the loop for these clients. */
void world_turn(struct world *w, struct guy **guys, size_t count);

struct guy *guy_open(struct world *w);
/* From this address, with these 32 bytes as the page's cookie (NULL: none); refused: it has no session. */
struct guy *guy_open_from(struct world *w, const char *address, const uint8_t *cookie);
void guy_close(struct guy *g);
/* Sends a request; its body is set by the caller, its number here. */
uint32_t guy_say(struct guy *g, Appchat__ClientFrame *frame);
/* Turns until the answer to this request is there; NULL: it did not come, or the connection ended. */
const Appchat__ServerFrame *guy_answer(struct guy *g, uint32_t request);
/* The code of an answer that is an error; UNSPECIFIED when it is none (or NULL). */
Appchat__ErrorCode guy_code(const Appchat__ServerFrame *answer);
/* Hello, with these 32 bytes as the token (NULL: without); its answer must be Welcome. */
const Appchat__Welcome *guy_hello(struct guy *g, const uint8_t *token);
/* Asks for a guest's name; returns the request's number. */
uint32_t guy_claim(struct guy *g, const char *name);
/* Both. */
void guy_be(struct guy *g, const char *name);
/* Follows room 1 after this number, in its epoch. */
void guy_follow(struct guy *g, uint64_t after);
/* Sends a text to #lobby; returns its number, 0 when refused. id NULL: a new one. */
uint64_t guy_send(struct guy *g, const char *text, const uint8_t *id);
/* The events of room 1 it was pushed: how many, and are they from `first` without hole or repeat? */
bool guy_has_run(const struct guy *g, uint64_t first, uint64_t last);

#endif
