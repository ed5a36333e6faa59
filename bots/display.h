/* What is to be seen while it runs: a block redrawn in place on a terminal, else a line a second. */
#ifndef APPCHAT_BOTS_DISPLAY_H
#define APPCHAT_BOTS_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct swarm;

struct display {
	FILE *out;
	bool terminal;
	int lines;      /* of the block as it stands on the terminal */
	uint64_t drawn; /* when, clock_mono_ns() */
};

/* Standard output, or standard error when that is for JSON. */
void display_init(struct display *d, bool json);
/* Redraws the block, ten times a second at most; on a terminal only. */
void display_refresh(struct display *d, const struct swarm *s);
/* A second is over. */
void display_second(struct display *d, const struct swarm *s);
/* Takes the block away again. */
void display_end(struct display *d);

#endif
