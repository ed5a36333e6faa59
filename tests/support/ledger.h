/*
 * What a client was told by a server, kept in a file over the client's and the
 * server's ends, and compared with what the server's rooms hold in the end.
 * The lines of the file are in tools/witness.c. No I/O but that file.
 */
#ifndef APPCHAT_TESTS_SUPPORT_LEDGER_H
#define APPCHAT_TESTS_SUPPORT_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/map.h"
#include "proto/limits.h"

/* A text that was, or is being, said. */
struct said {
	uint8_t id[LIMIT_UUID];
	char *text;
	uint64_t room, seq;       /* seq 0: not acknowledged */
	uint32_t request;         /* of this connection; 0: it is to be sent */
	unsigned found;           /* how often it is in the room's log */
};

/* A room as the client saw it. */
struct seen {
	uint32_t epoch;
	uint64_t first, last;     /* what was pushed is first..last */
	uint64_t *digest;         /* of each */
	size_t cap;
};

struct ledger {
	FILE *file;
	bool new_epochs;          /* a backup was restored */
	bool has_token;
	uint8_t token[LIMIT_TOKEN];
	struct said **said;
	size_t count, cap;
	struct map rooms;         /* id -> struct seen */
	/* while comparing */
	struct map texts;
	uint64_t room, at, time_ms;
	uint64_t events, fell, read_rooms, wrong;
};

/* Reads what is in the file and opens it for more; false: it cannot. */
bool ledger_load(struct ledger *l, const char *path, bool new_epochs);
void ledger_token(struct ledger *l, const uint8_t *token);

/* A new text with a new id, noted before it is sent. The ledger owns it. */
struct said *ledger_try(struct ledger *l, uint64_t room, const char *text);
int ledger_count(const struct ledger *l);
/* The one sent by this request; NULL: none. */
struct said *ledger_asked(struct ledger *l, uint32_t request);
void ledger_acked(struct ledger *l, struct said *said, uint64_t room, uint64_t seq);
/* One that is not acknowledged or was not seen yet; NULL: all is done. */
struct said *ledger_open(struct ledger *l);

/* The room is entered; returns after which number it is to be followed. */
uint64_t ledger_enter(struct ledger *l, uint64_t room, uint32_t epoch, uint64_t head);
/* An event was pushed. */
void ledger_see(struct ledger *l, uint64_t room, const Appchat__Event *event);

/* The log of a room is read from after `at` to its head: each event is compared. */
void ledger_begin_room(struct ledger *l, uint64_t room, uint32_t epoch, uint64_t at, uint64_t head);
void ledger_compare(struct ledger *l, const Appchat__Event *event);
/* All rooms were read: prints the totals; true when nothing is wrong. */
bool ledger_verdict(struct ledger *l, FILE *out);

#endif
