/*
 * A room's log as the bots have seen it: the bytes of each event once, the
 * ones in order end to end in one arena so that a run of any length compares
 * in one go, and per seq where they are and which message it is. Events that
 * came ahead of their turn wait in a second arena until the gap closes.
 */
#ifndef APPCHAT_BOTS_SEENLOG_H
#define APPCHAT_BOTS_SEENLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"

struct seenlog_entry {
	uint64_t at;        /* offset of its bytes in the arena */
	uint32_t len;       /* 0: not seen yet */
	uint32_t message;   /* number in the table, or SENT_NONE */
	bool early;         /* its bytes are in the second arena */
	bool acked;
};

struct seenlog {
	struct seenlog_entry *entry;   /* of seq base + 1 on */
	uint64_t count, cap;
	uint64_t base;
	bool open;                     /* base is known */
	uint64_t first, last;          /* seqs in order in `run`; 0: none */
	struct buf run, early;
	uint64_t hint_end, hint_seq;   /* where the last comparison ended: most end there again */
	uint64_t acked_max;
};

/* Begins the log a good way below this head. */
void seenlog_open(struct seenlog *log, uint64_t head);
void seenlog_free(struct seenlog *log);
/* The entry of seq, made when there is none yet; NULL below the base or absurdly far up. */
struct seenlog_entry *seenlog_entry(struct seenlog *log, uint64_t seq);
/* The entry of seq when it has been seen, else NULL. */
const struct seenlog_entry *seenlog_find(const struct seenlog *log, uint64_t seq);
/* Keeps the bytes of seq, which has none yet. */
void seenlog_keep(struct seenlog *log, uint64_t seq, const uint8_t *data, size_t len);
const uint8_t *seenlog_bytes(const struct seenlog *log, const struct seenlog_entry *e);
/* How far this run is what the log holds from seq on, to the last whole event:
 * returns that event's seq and the bytes up to its end; seq - 1 and 0: not at all. */
uint64_t seenlog_match(struct seenlog *log, uint64_t seq, const uint8_t *run, size_t len, size_t *matched);

#endif
