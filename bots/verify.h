/*
 * The proof. Every message sent is in one table; every room has one log, made
 * of the first copy of each event that any bot got; each bot that follows a
 * room has a cursor in it and a list of holes. A run of events that is byte
 * for byte what the log holds from the cursor on only moves the cursor, so
 * the next thousand bots cost a comparison each. At the end a log is
 * compared with the acknowledgements, and every cursor and hole with the log.
 * No I/O here.
 *
 *   table: message number -> author, room, intended time, seq it was acknowledged with
 *   log:   seq -> bytes of the event, message number (or none: somebody else's)
 */
#ifndef APPCHAT_BOTS_VERIFY_H
#define APPCHAT_BOTS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct verify;

/* Events that did not come: from and to included. */
struct hole {
	uint64_t from, to;
	bool announced;    /* the server said so (Gap): to be fetched as history */
};

/* One bot in one room. All zero until verify_follow(). */
struct follower {
	uint64_t from;     /* sees what comes after this */
	uint64_t last;     /* the highest it has had */
	bool following;
	bool aside;        /* made slow on purpose: its deliveries are timed apart */
	struct hole *holes;
	uint32_t hole_count;
};

/* first..last were delivered to f just now. */
typedef void verify_delivered_fn(void *arg, uint32_t room, const struct follower *f, uint64_t first, uint64_t last, uint64_t now);

struct verify_counts {
	uint64_t sent;          /* messages that bots meant to send */
	uint64_t acked;
	uint64_t refused;       /* for good: will never be acknowledged */
	uint64_t seen;          /* events that came, duplicates left out */
	uint64_t duplicated;    /* came to a bot again, or are in the log twice */
	uint64_t reordered;     /* came to a bot after a later one */
	uint64_t corrupted;     /* not what was sent, or not what another bot got */
	uint64_t skipped;       /* announced as skipped (Gap) */
	uint64_t foreign;       /* events in the log that are not ours */
	uint64_t decoded;       /* events that were new and had to be decoded */
	uint64_t matched;       /* events that were the log's byte for byte */
};

/* One row per (bot, room) question: what it should and did get. */
struct verify_result {
	uint64_t expected, delivered, lost;
	uint64_t unacked;       /* sent, not refused, no answer */
	uint64_t misplaced;     /* acknowledged with a seq that holds something else */
};

/* A fresh one for this many rooms and authors of this run, whose texts are of this size. */
struct verify *verify_new(uint32_t rooms, uint32_t authors, const char *run, size_t size, verify_delivered_fn *delivered, void *arg);
void verify_free(struct verify *v);
const struct verify_counts *verify_counts(const struct verify *v);

/* The user id that author's messages carry, from when it is known on. */
void verify_author(struct verify *v, uint32_t author, uint64_t user);
/* A message that author means to send at intended, its client_msg_id ending
 * in tag; its number, or SENT_NONE when the author had that tag before. */
uint32_t verify_sent(struct verify *v, uint32_t author, uint32_t room, uint32_t tag, uint64_t intended);
void verify_acked(struct verify *v, uint32_t number, uint64_t seq);
void verify_refused(struct verify *v, uint32_t number);

/* The follower sees events after this seq from now on (once; a resume changes nothing). */
void verify_follow(struct verify *v, uint32_t room, struct follower *f, uint64_t after);
/* Concatenated fields 2 of Events came. False: that is not what they are. */
bool verify_run(struct verify *v, uint32_t room, struct follower *f, const uint8_t *run, size_t len, uint64_t now);
/* Is the whole run, byte for byte, a part of the room's log? Then it stays so,
 * and *first to *last are its events. */
bool verify_span(const struct verify *v, uint32_t room, const uint8_t *run, size_t len, uint64_t *first, uint64_t *last);
/* verify_run() for bytes that verify_span() said this of; false, and nothing
 * has happened, when they are not just what f has to get next. */
bool verify_next(struct verify *v, uint32_t room, struct follower *f, uint64_t first, uint64_t last, uint64_t now);
/* The bytes of the run's first events as far as their seq is at most this; *count of them. */
size_t verify_cut(const uint8_t *run, size_t len, uint64_t to, size_t *count);
/* The server skips from..to for this follower. */
void verify_gap(struct verify *v, struct follower *f, uint64_t from, uint64_t to);
/* The lowest announced hole that is not filled yet; NULL: none. */
const struct hole *verify_announced(const struct follower *f);
/* Has the follower all that is acknowledged so far in the room? */
bool verify_complete(const struct verify *v, uint32_t room, const struct follower *f);

/* When the message at seq was meant to be sent; 0: not one of ours. */
uint64_t verify_intended(const struct verify *v, uint32_t room, uint64_t seq);

/* Adds up the rooms' logs against the acknowledgements, once, at the end. */
void verify_close(struct verify *v, struct verify_result *result);
/* Then each follower against its room's log. */
void verify_follower(struct verify *v, uint32_t room, const struct follower *f, struct verify_result *result);
void verify_follower_free(struct follower *f);

#endif
