/*
 * Times of every delivery. A delivery is one event at one bot; its latency
 * runs from the moment the message was meant to be sent. Deliveries of one
 * run of events to many bots within less time than the histogram could tell
 * apart are counted as one group, at the time of the last of them.
 */
#ifndef APPCHAT_BOTS_LATENCY_H
#define APPCHAT_BOTS_LATENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "bots/hist.h"
#include "bots/verify.h"

#define LATENCY_GROUPS 64

struct latency_group {
	uint64_t first, last, count;
	uint64_t opened, latest, span;   /* of time */
	uint32_t room;
	bool aside;
};

struct latency {
	const struct verify *verify;
	struct hist total;     /* up to the last latency_second() */
	struct hist second;    /* since then */
	struct hist aside;     /* bots that are slow on purpose */
	struct latency_group group[LATENCY_GROUPS];
};

/* A verify_delivered_fn; arg is the struct latency. */
void latency_delivered(void *arg, uint32_t room, const struct follower *f, uint64_t first, uint64_t last, uint64_t now);
/* Counts what is still held in groups. */
void latency_flush(struct latency *l);
/* Flushes, adds the current second to the total and begins another. */
void latency_second(struct latency *l);

#endif
