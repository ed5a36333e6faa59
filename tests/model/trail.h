/*
 * What was done, and what did not agree. Each act is remembered as one line;
 * a difference prints itself, the last acts and the seed, once each.
 * The tick is the model's clock: it counts what was sent and what was heard.
 */
#ifndef APPCHAT_TESTS_MODEL_TRAIL_H
#define APPCHAT_TESTS_MODEL_TRAIL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define TRAIL_LINES 48

struct trail {
	uint64_t seed, tick;
	unsigned differences;
	FILE *file;                       /* every act is also written here; NULL: not */
	bool quiet;                       /* count only: for tests of the model itself */
	char last[256];                   /* the latest difference */
	char lines[TRAIL_LINES][160];
	unsigned next;
};

/* The next instant. */
uint64_t trail_tick(struct trail *t);
/* Remembers an act. */
void trail_did(struct trail *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Model and server do not agree: prints it with what led to it. */
void trail_differ(struct trail *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
