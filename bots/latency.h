/*
 * Times of every delivery. A delivery is one event at one bot; its latency
 * runs from the moment the message was meant to be sent. Deliveries of one
 * run of events to many bots within less time than the histogram could tell
 * apart are counted as one group, at the time of the last of them; when the
 * events of a run were meant to be sent is looked up once for all groups.
 */
#ifndef APPCHAT_BOTS_LATENCY_H
#define APPCHAT_BOTS_LATENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "bots/hist.h"
#include "bots/verify.h"

#define LATENCY_RUNS 64

/* Bots that got a run within so little time that one latency an event says it for all. */
struct latency_group {
	uint64_t count;
	uint64_t opened, latest, span;   /* of time */
};

struct latency_run {
	uint64_t first, last;            /* seqs; first 0: not in use */
	uint32_t room;
	uint64_t *intended;              /* of each of them that is ours */
	uint64_t count, cap, newest;
	struct latency_group group[2];   /* bots that are slow on purpose have their own */
};

struct latency {
	const struct verify *verify;
	struct hist total;     /* up to the last latency_second() */
	struct hist second;    /* since then */
	struct hist aside;     /* bots that are slow on purpose */
	struct latency_run run[LATENCY_RUNS];
};

/* A verify_delivered_fn; arg is the struct latency. */
void latency_delivered(void *arg, uint32_t room, const struct follower *f, uint64_t first, uint64_t last, uint64_t now);
/* Counts what is still held in groups. */
void latency_flush(struct latency *l);
/* Flushes, adds the current second to the total and begins another. */
void latency_second(struct latency *l);
/* Frees what it holds. */
void latency_free(struct latency *l);

#endif
